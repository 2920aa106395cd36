import { CliError } from '../options/cliError';
import type { Command } from '../options/defineCommand';
import { print } from '../text/output';

/** Each is loaded only when it is called. */
const subcommands: Record<string, { summary: string; load: () => Promise<Command> }> = {
  solve: {
    summary: 'variant, batch and replicas of each stage, by weights and limits',
    load: async () => (await import('./pipelineSolve')).pipelineSolveCommand,
  },
  simulate: {
    summary: 'replays the load under several policies, simulated: violations, joules, cores, accuracy',
    load: async () => (await import('./pipelineSimulate')).pipelineSimulateCommand,
  },
  import: {
    summary: 'a pipeline file of IPA’s run config, accuracies and profiles',
    load: async () => (await import('./pipelineImport')).pipelineImportCommand,
  },
  export: {
    summary: 'a pipeline or a run in IPA’s formats: profiling series, energies, run config',
    load: async () => (await import('./pipelineExport')).pipelineExportCommand,
  },
  serve: {
    summary: 'answers questions about a file line by line, for the editor',
    load: async () => (await import('./pipelineServe')).pipelineServeCommand,
  },
};

const help = `usage: greenbatch pipeline <subcommand> [options]

A pipeline of models as one problem: which model variant, batch size and number of replicas each stage
runs with, within a latency limit at a load, by accuracy, cores and energy.

${Object.entries(subcommands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

greenbatch pipeline <subcommand> --help shows the options.
`;

/** `greenbatch pipeline`: calls what is named. */
export const pipelineCommand: Command = async ([name, ...rest]) => {
  if (name === '--help' || name === '-h' || name === 'help') {
    print(help);
    return 0;
  }
  const found = name !== undefined && Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
  if (!found) {
    const wrong = name === undefined ? 'name what is to be done' : `there is no subcommand "${name}"`;
    throw new CliError(`${wrong}\n\n${help.trimEnd()}`);
  }
  return (await found.load())(rest);
};
