import { existsSync } from 'node:fs';
import { longestConfig } from '../../core/configFiles/configFile';
import { recogniseConfig } from '../../core/configFiles/recognise';
import type { ServerPolicy } from '../../core/configFiles/serverPolicy';
import { readText } from '../../machine/regularFile';
import { printError } from '../text/output';
import { CliError } from './cliError';

/**
 * How the server that reads a file forms batches; null where the file says nothing of that, which is told.
 *
 * @throws CliError where there is no such file, or it cannot be read
 */
export function servingPolicy(file: string): ServerPolicy | null {
  if (!existsSync(file)) throw new CliError(`there is no file ${file}`);
  let text: string;
  try {
    text = readText(file, longestConfig);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const policy = recogniseConfig(file, text)?.policy;
  if (policy === undefined)
    printError(`warning: ${file} does not say how batches are formed: the experiment's sla holds\n`);
  return policy ?? null;
}
