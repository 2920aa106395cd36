import { ModelError } from '../modelError';
import { describeValue, Global, PickledObject, type PickleMap, type PickleValue } from './pickleValue';
import { EndsTooEarly, longestName, PickleBytes } from './pickleBytes';
import { isKnownClass, rebuildFor, rebuildStorage } from './rebuild';

/** Ten times what the largest checkpoint of the family needs, with its optimizer. */
export const mostPickleBytes = 32 * 1024 * 1024;
/**
 * Each opcode makes one value at most, and what a container is rebuilt from counts again, as often as that is done: so this
 * bounds time and memory (some 200 bytes for an empty dict).
 */
const mostValues = 2_000_000;

/**
 * Reads a pickle (Python's pickletools.py describes the format; protocols 2 to 4) without running anything of it.
 * Only tensors, containers, and records of classes known by name come out (`rebuild.ts`). One loop over the bytes:
 * nesting costs no stack.
 *
 * @param bytes begins with a pickle; what stands behind its end is left alone
 * @param where name of the file, for messages
 * @returns `bytes`: the pickle's own length
 * @throws ModelError naming what it asked for that is not allowed, or where it is damaged
 */
export function unpickle(bytes: Uint8Array, where: string): { value: PickleValue; bytes: number } {
  const reader = new PickleBytes(bytes);
  const machine = new Machine(reader, where);
  try {
    return { value: machine.run(), bytes: reader.at };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = `${where} has a damaged data.pkl: ${error.message}, at byte ${machine.opcodeAt}`;
    throw error instanceof EndsTooEarly ? new CutPickle(message) : new ModelError(message);
  }
}

/** The pickle ends within itself. */
export class CutPickle extends ModelError {}

function forbid(where: string, what: string): never {
  throw new ModelError(
    `${where} asks to ${what}, which no YOLOv7 or YOLOv5 checkpoint needs; nothing of it was run: take the file from its official source`,
    'model-unsafe',
  );
}

const sizeOf = (container: PickleValue[] | PickleMap) => (Array.isArray(container) ? container.length : container.size);

/** A stack machine; `marks` are places in its stack. */
class Machine {
  opcodeAt = 0;
  private values = 0;
  private readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    private readonly bytes: PickleBytes,
    private readonly where: string,
  ) {}

  run(): PickleValue {
    for (;;) {
      this.opcodeAt = this.bytes.at;
      this.charge(1);
      const opcode = this.bytes.unsigned(1);
      if (opcode === 0x2e) return this.pop();
      this.step(opcode);
    }
  }

  private charge(values: number): void {
    this.values += values;
    if (this.values > mostValues || this.opcodeAt > mostPickleBytes)
      throw new RangeError('it is larger than that of any checkpoint');
  }

  private step(opcode: number): void {
    switch (String.fromCharCode(opcode)) {
      case '\x80': // PROTO
        return this.checkProtocol();
      case '\x95': // FRAME
        this.bytes.take(8);
        return;
      case '(':
        this.marks.push(this.stack.length);
        return;
      case '0':
        this.pop();
        return;
      case '1':
        this.popMark();
        return;
      case '2':
        return this.push(this.peek());
      case 'N':
        return this.push(null);
      case '\x88':
        return this.push(true);
      case '\x89':
        return this.push(false);
      case 'J':
        return this.push(this.bytes.int32());
      case 'K':
        return this.push(this.bytes.unsigned(1));
      case 'M':
        return this.push(this.bytes.unsigned(2));
      case '\x8a': // LONG1
        return this.push(this.bytes.long(this.bytes.unsigned(1)));
      case '\x8b': // LONG4
        return this.push(this.bytes.long(this.bytes.unsigned(4)));
      case 'G':
        return this.push(this.bytes.float64());
      case 'X':
        return this.push(this.bytes.text(this.bytes.unsigned(4)));
      case '\x8c': // SHORT_BINUNICODE
      case 'U':
        return this.push(this.bytes.text(this.bytes.unsigned(1)));
      case 'T':
        return this.push(this.bytes.text(this.bytes.unsigned(4)));
      case 'C':
        return this.push(this.bytes.slice(this.bytes.unsigned(1)));
      case 'B':
        return this.push(this.bytes.slice(this.bytes.unsigned(4)));
      case '}':
        return this.push(new Map());
      case ']':
      case ')':
      case '\x8f': // EMPTY_SET
        return this.push([]);
      case 'l':
      case 't':
      case '\x91': // FROZENSET
        return this.push(this.popMark());
      case 'd': {
        const pairs = this.popMark();
        this.push(new Map());
        return this.setItems(pairs);
      }
      case '\x85':
        return this.push([this.pop()]);
      case '\x86':
      case '\x87': {
        const items = opcode === 0x86 ? [this.pop(), this.pop()] : [this.pop(), this.pop(), this.pop()];
        return this.push(items.reverse());
      }
      case 'a':
        return this.append([this.pop()]);
      case 'e':
      case '\x90': // ADDITEMS
        return this.append(this.popMark());
      case 's': {
        const value = this.pop();
        return this.setItems([this.pop(), value]);
      }
      case 'u':
        return this.setItems(this.popMark());
      case 'h':
        return this.recall(this.bytes.unsigned(1));
      case 'j':
        return this.recall(this.bytes.unsigned(4));
      case 'q':
        return this.remember(this.bytes.unsigned(1));
      case 'r':
        return this.remember(this.bytes.unsigned(4));
      case '\x94': // MEMOIZE
        return this.remember(this.memo.size);
      case 'c': {
        const module = this.bytes.line();
        return this.pushGlobal(module, this.bytes.line());
      }
      case '\x93': {
        // STACK_GLOBAL
        const name = this.pop();
        return this.pushGlobal(this.pop(), name);
      }
      case 'Q':
        return this.push(rebuildStorage(this.pop()));
      case 'R':
        return this.reduce();
      case '\x81': // NEWOBJ
        return this.newObject();
      case 'b':
        return this.build();
      default:
        throw new RangeError(`an opcode 0x${opcode.toString(16).padStart(2, '0')} that checkpoints do not use`);
    }
  }

  private reduce(): void {
    const args = this.pop();
    const callable = this.pop();
    if (!(callable instanceof Global)) throw new RangeError(`a call of ${describeValue(callable)}`);
    const rebuild = rebuildFor(callable);
    if (!rebuild) forbid(this.where, `call ${callable.path}`);
    if (!Array.isArray(args)) throw new RangeError(`a call of ${callable.path} without arguments`);
    // One list, kept once, may be the argument of any number of calls, each of which copies it.
    for (const argument of args) this.charge(Array.isArray(argument) || argument instanceof Map ? sizeOf(argument) : 1);
    this.push(rebuild(args));
  }

  private newObject(): void {
    this.pop();
    const type = this.pop();
    if (!(type instanceof Global)) throw new RangeError(`an object of the class ${describeValue(type)}`);
    if (!isKnownClass(type)) forbid(this.where, `make a ${type.path}`);
    this.push(new PickledObject(type));
  }

  /** State is attributes, or a pair of attributes and slots; a container's or tensor's own is of no use. */
  private build(): void {
    const state = this.pop();
    const object = this.peek();
    if (!(object instanceof PickledObject)) return;
    const attributes = Array.isArray(state) ? state[0] : state;
    if (attributes instanceof Map) object.state = attributes;
  }

  private append(items: PickleValue[]): void {
    const list = this.peek();
    if (!Array.isArray(list)) throw new RangeError(`items for ${describeValue(list)}`);
    // Not by spreading: a long list would overflow the stack.
    for (const item of items) list.push(item);
  }

  private setItems(pairs: PickleValue[]): void {
    const map = this.peek();
    if (!(map instanceof Map) || pairs.length % 2 !== 0) throw new RangeError(`pairs for ${describeValue(map)}`);
    for (let i = 0; i < pairs.length; i += 2) (map as PickleMap).set(pairs[i] ?? null, pairs[i + 1] ?? null);
  }

  private pushGlobal(module: PickleValue, name: PickleValue): void {
    const isName = (text: PickleValue) =>
      typeof text === 'string' && /^[\w.<>]+$/.test(text) && text.length <= longestName;
    if (!isName(module) || !isName(name)) throw new RangeError('a name that is none');
    this.push(new Global(module as string, name as string));
  }

  private remember(index: number): void {
    this.memo.set(index, this.peek());
  }

  private recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw new RangeError(`a reference ${index} to nothing`);
    this.push(value);
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private peek(): PickleValue {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) throw new RangeError('a value is missing');
    return this.stack.at(-1) as PickleValue;
  }

  private pop(): PickleValue {
    const value = this.peek();
    this.stack.pop();
    return value;
  }

  private popMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw new RangeError('a mark is missing');
    return this.stack.splice(mark);
  }

  private checkProtocol(): void {
    const protocol = this.bytes.unsigned(1);
    if (protocol < 2 || protocol > 4) throw new RangeError(`pickle protocol ${protocol} (2 to 4 can be read)`);
  }
}
