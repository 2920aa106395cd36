/** Writes pickles of protocol 2, as Python's pickle does for a checkpoint, and hostile ones. */

export class Tuple {
  constructor(readonly items: unknown[]) {}
}
export class PythonName {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}
}
/** `callable(*args)` */
class Call {
  constructor(
    readonly callable: PythonName,
    readonly args: unknown[],
  ) {}
}
/** An object of a class with its `__dict__`. */
export class Instance {
  constructor(
    readonly type: PythonName,
    readonly state: Map<string, unknown>,
  ) {}
}
/** What torch.save writes instead of a storage. */
export class PersistentId {
  constructor(readonly id: Tuple) {}
}
export class Float {
  constructor(readonly value: number) {}
}

export const tuple = (...items: unknown[]) => new Tuple(items);
export const named = (path: string) => {
  const dot = path.lastIndexOf('.');
  return new PythonName(path.slice(0, dot), path.slice(dot + 1));
};
export const instance = (path: string, state: Record<string, unknown>) =>
  new Instance(named(path), new Map(Object.entries(state)));
export const call = (path: string, ...args: unknown[]) => new Call(named(path), args);
/** An OrderedDict; torch holds parameters, buffers and children in one. */
export const dict = (entries: Record<string, unknown>) => new Map(Object.entries(entries));

const text = (value: string) => {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return [Buffer.from('X'), length, bytes];
};

/** Opcodes of one value, without the end. */
export function encode(value: unknown): Buffer {
  const out: Buffer[] = [];
  const op = (code: string) => out.push(Buffer.from(code, 'latin1'));
  const write = (v: unknown): void => {
    if (v === null || v === undefined) op('N');
    else if (v === true) op('\x88');
    else if (v === false) op('\x89');
    else if (typeof v === 'string') out.push(...text(v));
    else if (v instanceof Float || (typeof v === 'number' && !Number.isInteger(v))) {
      const bytes = Buffer.alloc(9);
      bytes.write('G');
      bytes.writeDoubleBE(v instanceof Float ? v.value : v, 1);
      out.push(bytes);
    } else if (typeof v === 'number') writeWhole(v);
    else if (v instanceof PythonName) op(`c${v.module}\n${v.name}\n`);
    else if (Array.isArray(v)) {
      op('](');
      v.forEach(write);
      op('e');
    } else if (v instanceof Tuple) {
      op('(');
      v.items.forEach(write);
      op('t');
    } else if (v instanceof Map) {
      op('}(');
      for (const [key, item] of v) {
        write(key);
        write(item);
      }
      op('u');
    } else if (v instanceof Call) {
      write(v.callable);
      write(new Tuple(v.args));
      op('R');
    } else if (v instanceof Instance) {
      write(v.type);
      op(')\x81');
      write(v.state);
      op('b');
    } else if (v instanceof PersistentId) {
      write(v.id);
      op('Q');
    } else throw new Error(`cannot pickle ${String(v)}`);
  };
  const writeWhole = (n: number): void => {
    if (n >= 0 && n < 256) op(`K${String.fromCharCode(n)}`);
    else if (Math.abs(n) < 2 ** 31) {
      const bytes = Buffer.alloc(5);
      bytes.write('J');
      bytes.writeInt32LE(n, 1);
      out.push(bytes);
    } else {
      const bytes = Buffer.alloc(10);
      bytes.write('\x8a\x08', 'latin1');
      bytes.writeBigInt64LE(BigInt(n), 2);
      out.push(bytes);
    }
  };
  write(value);
  return Buffer.concat(out);
}

export function pickle(value: unknown): Buffer {
  return Buffer.concat([Buffer.from('\x80\x02', 'latin1'), encode(value), Buffer.from('.')]);
}
