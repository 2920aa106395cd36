/**
 * What a pickle can hold here. Tuples, lists and sets are arrays; dicts are maps. Nothing in it is code: a class or
 * function is only its name, and an object only the name of its class with what was stored for it.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleValue[]
  | PickleMap
  | Global
  | PickledObject
  | Storage
  | Tensor;

export type PickleMap = Map<PickleValue, PickleValue>;

/** The name of a class or function. */
export class Global {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** An object as it was stored. `state`: its attributes. */
export class PickledObject {
  state: PickleMap | null = null;

  constructor(readonly type: Global) {}
}

/** Raw values in an archive entry of their own, `data/<key>`. `type`: PyTorch's name, e.g. HalfStorage. */
export class Storage {
  constructor(
    readonly type: string,
    readonly key: string,
    readonly elements: number,
  ) {}
}

/** A view into a storage; offset and strides count elements. */
export class Tensor {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** A value for a message, never longer than a line. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === undefined || value === null) return 'None';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dict of ${value.size}`;
  if (value instanceof Global) return shorten(value.path);
  if (value instanceof PickledObject) return `a ${shorten(value.type.path)}`;
  if (value instanceof Tensor) return `a tensor of ${value.shape.join('×') || 'one value'}`;
  if (value instanceof Storage) return `a ${value.type}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return shorten(typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value));
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
