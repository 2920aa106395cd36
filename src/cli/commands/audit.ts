import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { agrees, auditText } from '../../core/audit/auditText';
import { exitCodes } from '../../core/failure/exitCodes';
import { auditPath } from '../../runs/audit/auditRun';
import { madeBy } from '../../runs/export/madeBy';
import { defineCommand, jsonOption, WrongUsage } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';
import { print, printData } from '../text/output';

const help = `usage: greenbatch audit RUN|BUNDLE [--json]

Where each number of "show --json" comes from (which lines of which file, by which formula, of how many repeats), and
whether it is so: what can be is derived again from the raw counters by a second, simple derivation; what comes of a
robust model or a simulation is recomputed by the same code, and says so. Also: whether the log agrees with itself
(counters that fall, trials and windows that are missing, hashes).
BUNDLE: what "export --format bundle" wrote, as it is or unpacked. There show.json is held against the log, and each
file against its hash.
--json: everything, as docs/audit.md describes it.
Exit codes: 0 all agree, 2 no such run or no sound bundle, 9 something differs: it is told first.
`;

export const auditCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  async run({ json }, [path, ...more]) {
    if (path === undefined || more.length > 0) throw new WrongUsage('name one run, or one bundle');
    const result = await auditPath(existsSync(path) ? path : runFolderOf(path, 'audit'), dirname(process.argv[1]!));
    const { kind, run, name, statedBy, numbers, texts, findings, sources } = result;
    const isSame = agrees(result);
    if (json) {
      const told = { version: 1, kind, run, name, statedBy, auditedBy: madeBy, agrees: isSame };
      printData(`${JSON.stringify({ ...told, findings, texts, numbers, sources }, null, 2)}\n`);
    } else print(auditText(result, result));
    return isSame ? exitCodes.ok : exitCodes.conditions;
  },
});
