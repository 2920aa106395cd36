import type { Module } from './module';
import { describeCell } from './rows';

/** Modules that only YOLOv5's cfgs use, as `modules.ts` describes them. */
export const yolov5Modules: Record<string, Module> = {
  Focus: {
    signature: '[channels, kernel = 1]',
    arguments: [1, 2],
    inputs: 1,
    make: (read, { shapes, repeat }) => {
      const channels = read.channels(0);
      const kernel = read.integer(1, 'kernel', 1, 63, 1);
      read.once(repeat);
      const [input] = shapes ?? [];
      if (!kernel || !read.keepsGrid(1, kernel, 1, Math.floor(kernel / 2)) || !input || !channels) return undefined;
      return {
        operation: { op: 'Focus', kernel, activation: read.usualActivation },
        channels,
        stride: input.stride * 2,
      };
    },
  },
  C3: {
    signature: '[channels, shortcut = True]',
    arguments: [1, 2],
    inputs: 1,
    make: (read, { shapes, repeat }) => {
      const channels = read.channels(0);
      const shortcut = read.flag(1, 'shortcut', true);
      const [input] = shapes ?? [];
      if (!input || !channels || shortcut === undefined) return undefined;
      return {
        operation: { op: 'C3', repeat, shortcut, activation: read.usualActivation },
        channels,
        stride: input.stride,
      };
    },
  },
  SPP: {
    signature: '[channels, kernels = [5, 9, 13]]',
    arguments: [1, 2],
    inputs: 1,
    make: (read, { row, shapes, repeat, report }) => {
      const channels = read.channels(0);
      const cell = row.args[1];
      const given = cell && (Array.isArray(cell.value) ? cell.value.map((c) => c.value) : []);
      const kernels = (given ?? [5, 9, 13]).filter((k): k is number => isPoolKernel(k));
      if (cell && given && (given.length !== kernels.length || given.length === 0 || given.length > 8)) {
        report(cell, `kernels of SPP are ${describeCell(cell)}`, 'a list of up to 8 odd numbers from 3 to 63');
        return undefined;
      }
      read.once(repeat);
      const [input] = shapes ?? [];
      if (!input || !channels) return undefined;
      const activation = read.usualActivation;
      return { operation: { op: 'SPP', kernels, activation }, channels, stride: input.stride };
    },
  },
  SPPF: {
    signature: '[channels, kernel = 5]',
    arguments: [1, 2],
    inputs: 1,
    make: (read, { row, shapes, repeat, report }) => {
      const channels = read.channels(0);
      const kernel = read.integer(1, 'kernel', 3, 63, 5);
      const cell = row.args[1];
      if (kernel && !isPoolKernel(kernel) && cell) {
        report(cell, `kernel of SPPF is ${kernel}`, 'an odd number from 3 to 63');
        return undefined;
      }
      read.once(repeat);
      const [input] = shapes ?? [];
      if (!input || !channels || !kernel) return undefined;
      return { operation: { op: 'SPPF', kernel, activation: read.usualActivation }, channels, stride: input.stride };
    },
  },
};

/** Pooling that keeps height and width needs a kernel with a middle. */
function isPoolKernel(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 3 && value <= 63 && value % 2 === 1;
}
