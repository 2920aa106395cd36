import { isMainThread, workerData } from 'node:worker_threads';
import { failureOf } from '../core/failure/expectedError';
import { failureCodes, failureText } from '../core/failure/failure';
import { errorsVariable, failureLine } from '../core/failure/failureLine';
import { CliError } from './options/cliError';
import type { Command } from './options/defineCommand';
import { print, printError, printErrorData } from './text/output';

// Set before anything can load onnxruntime, whose Linux library else uploads usage data while we measure.
process.env.ORT_DISABLE_TELEMETRY = '1';

/** Each command is loaded only when it is called: `greenbatch runs` must not wait for native libraries. */
const commands: Record<string, { summary: string; load: () => Promise<Command> }> = {
  run: {
    summary: 'measure an experiment file (or go on with a stopped run)',
    load: async () => (await import('./commands/run')).runCommand,
  },
  plan: {
    summary: 'what an experiment is going to take: trials, hours, memory; nothing runs',
    load: async () => (await import('./commands/plan')).planCommand,
  },
  attach: {
    summary: 'watch a run that is going on',
    load: async () => (await import('./commands/attach')).attachCommand,
  },
  stop: {
    summary: 'end a run that is going on; finished repeats are kept',
    load: async () => (await import('./commands/stop')).stopCommand,
  },
  runs: { summary: 'list the runs of this workspace', load: async () => (await import('./commands/runs')).runsCommand },
  show: {
    summary: 'the table and the verdict of a run',
    load: async () => (await import('./commands/show')).showCommand,
  },
  suggest: {
    summary: 'only the verdict: which batch size is greenest',
    load: async () => (await import('./commands/suggest')).suggestCommand,
  },
  compare: {
    summary: 'two runs side by side, with intervals',
    load: async () => (await import('./commands/compare')).compareCommand,
  },
  check: {
    summary: 'whether an experiment keeps its budget: limits of energy and latency, for CI',
    load: async () => (await import('./commands/check')).checkCommand,
  },
  report: {
    summary: 'one run or several as one page, to read, print and hand on',
    load: async () => (await import('./commands/report')).reportCommand,
  },
  export: {
    summary: 'a run as CSV, Parquet, Markdown, LaTeX, JSON, HTML, pictures, or a bundle with all its evidence',
    load: async () => (await import('./commands/export')).exportCommand,
  },
  audit: {
    summary: 'where each number of a run comes from, derived again from the raw log',
    load: async () => (await import('./commands/audit')).auditCommand,
  },
  doctor: {
    summary: 'which energy counters can be read, and how to open them',
    load: async () => (await import('./commands/doctor')).doctorCommand,
  },
  paper: {
    summary: 'the experiments of the paper on energy and IPA, run again',
    load: async () => (await import('./commands/paper')).paperCommand,
  },
  pipeline: {
    summary: 'variant, batch and replicas of each stage of a pipeline, by accuracy, cores and energy',
    load: async () => (await import('./commands/pipeline')).pipelineCommand,
  },
  import: {
    summary: 'an output of perf stat, or a log of the paper’s scripts',
    load: async () => (await import('./commands/import')).importCommand,
  },
  evaluate: {
    summary: 'COCO and YOLOv7 accuracy of detections against annotations',
    load: async () => (await import('./commands/evaluate')).evaluateCommand,
  },
  detect: {
    summary: 'draw what a model finds onto copies of images',
    load: async () => (await import('./commands/detect')).detectCommand,
  },
  inspect: {
    summary: 'which image and batch sizes a model takes',
    load: async () => (await import('./commands/inspect')).inspectCommand,
  },
  build: {
    summary: 'build an ONNX file from a YOLOv7 cfg',
    load: async () => (await import('./commands/build')).buildCommand,
  },
};

/** Started by the program itself, not by people. */
const internal: Record<string, () => Promise<Command>> = {
  engine: async () => (await import('./commands/engine')).engineCommand,
  trial: async () => (await import('./commands/trial')).trialCommand,
};

const help = `greenbatch: which batch size does the work with the least energy, measured

usage: greenbatch <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

greenbatch <command> --help shows the options. RUN is a run's folder, its id, the beginning of its id, or "latest".
`;

async function main(argv: string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    print(help);
    return argv.length === 0 ? 2 : 0;
  }
  if (name === '--version') {
    print(`${(await import('./commands/version')).version}\n`);
    return 0;
  }
  const load = commands[name]?.load ?? internal[name];
  if (!load) throw new CliError(`there is no command "${name}"\n\n${help}`);
  const command = await load();
  return command(rest);
}

async function runMain(): Promise<void> {
  // A reader that has seen enough (`greenbatch show | head`) is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const failure = failureOf(error);
    const stack = failure.code === 'unexpected' && error instanceof Error ? error.stack : undefined;
    if (process.env[errorsVariable] === 'json') printErrorData(failureLine(failure, stack));
    else printError(`greenbatch: ${stack ?? failureText(failure)}\n`);
    process.exitCode = failureCodes[failure.code].exitCode;
  }
}

async function runWorker(role: unknown): Promise<void> {
  if (role === 'watchdog') (await import('../engine/trial/watchdog')).watchdogMain();
  if (role === 'lifeline') (await import('../machine/lifeline')).lifelineMain();
  if (role === 'deadline') (await import('../models/onnx/deadline')).deadlineMain();
  if (role === 'postprocess') (await import('../workloads/detection/postprocess/postprocessThread')).postprocessMain();
  if (role === 'sampler') (await import('../energy/sampler/samplerThread')).samplerMain();
}

if (isMainThread) void runMain();
else void runWorker((workerData as { role?: unknown } | null)?.role);
