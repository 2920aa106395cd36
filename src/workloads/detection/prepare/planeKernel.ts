import { planeKernelCode } from './planeKernelCode';

/** The functions of planeKernel.wat. All but `width` and `weight` are byte positions or distances in `memory`. */
export type PlaneKernel = {
  memory: { readonly buffer: ArrayBuffer; grow: (pages: number) => number };
  splitRow: (source: number, width: number, target: number, plane: number) => void;
  stretchRow: (source: number, table: number, width: number, row: number) => void;
  blendRows: (upper: number, lower: number, weight: number, width: number, target: number, plane: number) => void;
};

/** The part of the standard object that is used here; TypeScript has it only among the types of browsers. */
declare const WebAssembly: {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

let kernel: PlaneKernel | undefined;

/** The kernel, compiled on first use (under a millisecond), with a memory of at least `bytes`. */
export function loadPlaneKernel(bytes: number): PlaneKernel {
  const code = () => new WebAssembly.Module(Buffer.from(planeKernelCode, 'base64'));
  kernel ??= new WebAssembly.Instance(code()).exports as PlaneKernel;
  const missing = bytes - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65_536));
  return kernel;
}
