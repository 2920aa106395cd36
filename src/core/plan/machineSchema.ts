import * as z from 'zod';
import { largestBatchSize } from '../configuration/configuration';

/**
 * The file that describes a machine for `greenbatch plan --machine`. docs/machine.schema.json is generated from it, and docs/planning.md
 * tells what its keys are for. Units are in the names.
 */

const text = (what: string) =>
  z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, { error: 'holds a control character' })
    .describe(what);
const count = (what: string, max: number) => z.int().min(1).max(max).describe(what);
const perCore = (what: string) => z.number().min(0.01).max(10_000).describe(what);

const range = z
  .strictObject({ low: perCore('the least'), high: perCore('the most') })
  .refine(({ low, high }) => !(high < low), { error: 'high must not be below low', path: ['high'] });

const speed = z.strictObject({
  model: text('as an experiment names it'),
  batchSize: z.int().min(1).max(largestBatchSize).describe('default: at every batch size').optional(),
  imageSize: z.int().min(32).max(8192).describe('pixels of a square input; default: at every size').optional(),
  msPerImage: z
    .number()
    .min(0.001)
    .max(10_000_000)
    .describe('milliseconds that the whole machine needs for an image: time of a batch ÷ images of it'),
});

export const machineSchema = z
  .strictObject({
    name: text('what the machine is called in the plan'),
    processor: text('as the maker names it').optional(),
    sockets: count('physical packages', 64).default(1),
    cores: count('physical cores, of all sockets together', 4096),
    threads: count('logical CPUs, of all sockets together; default: as many as cores', 8192).optional(),
    memoryGiB: z.number().min(0.1).max(1_000_000).describe('memory of the machine, in units of 2^30 bytes'),
    availableGiB: z
      .number()
      .min(0.1)
      .max(1_000_000)
      .describe('what of it a run may use; default: 95 %, the rest is the system’s')
      .optional(),
    gflopsPerCore: z
      .union([perCore('10⁹ operations of convolutions a second and core that a model reaches'), range])
      .describe('speed of one core: a number, or the range { low, high }; default: the range of docs/planning.md')
      .optional(),
    speeds: z
      .union([z.literal('paper'), z.array(speed).min(1).max(2000)])
      .describe('speeds that are known: paper, as published for the node of the paper at 640 pixels; or a list')
      .optional(),
    counters: z
      .array(z.enum(['package', 'dram']))
      .min(1)
      .max(2)
      .describe('energy counters that can be read on it; default: not known')
      .optional(),
    powerLimitWindowSeconds: z
      .number()
      .min(0)
      .max(3600)
      .describe(
        'longest time window of its RAPL power limits: a run loads the machine three times as long after a rest',
      )
      .optional(),
    freeDiskGiB: z
      .number()
      .min(0)
      .max(1_000_000)
      .describe('room for built models and prepared images, in units of 2^30 bytes; default: not looked at')
      .optional(),
  })
  .superRefine(({ cores, threads, memoryGiB, availableGiB }, context) => {
    const wrong = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (threads !== undefined && threads < cores) wrong('threads', `is below cores (${cores})`);
    if (availableGiB !== undefined && availableGiB > memoryGiB)
      wrong('availableGiB', `is above memoryGiB (${memoryGiB})`);
  });

export type MachineFile = z.output<typeof machineSchema>;
