import type { AnalysedRun } from '../analysis';

/** What one of two experiments has, and the other has in another way; null: it does not have it. */
export type Differing = { key: string; first: string | null; second: string | null };

/**
 * What differs between the files of two runs, key by key, and what is not in them: models and weights of the same name, the commit of the
 * workspace, the program. The names of the experiments are no difference.
 */
export function differing(a: AnalysedRun, b: AnalysedRun): Differing[] {
  const list: Differing[] = [];
  const tell = (key: string, first: string | null, second: string | null) => {
    if (first !== second) list.push({ key, first, second });
  };
  const [one, other] = [a, b].map((run) => leaves(withoutName(run.experiment?.spec ?? {})));
  for (const key of new Set([...one!.keys(), ...other!.keys()]))
    tell(key, one!.get(key) ?? null, other!.get(key) ?? null);
  // Of other names the keys above tell already.
  for (const [what, of] of [
    ['model', modelHashes],
    ['file', fileHashes],
  ] as const) {
    const [first, second] = [of(a), of(b)];
    for (const [name, hash] of first) if (second.has(name)) tell(`${what} ${name}`, hash, second.get(name)!);
  }
  tell('commit of the workspace', commitOf(a), commitOf(b));
  tell('program', a.report.run.program, b.report.run.program);
  return list;
}

const withoutName = <T extends { name?: unknown }>({ name: _, ...rest }: T) => rest;

/** `measure.windowSeconds` → `5`; lists are values, not places. */
function leaves(value: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
      const place = path === '' ? key : `${path}.${key}`;
      if (inner === undefined) return [];
      return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? [...leaves(inner, place)]
        : [[place, typeof inner === 'string' ? inner : JSON.stringify(inner)] as const];
    }),
  );
}

const hashText = (sha256: string) => `sha256 ${sha256.slice(0, 12)}…`;

const modelHashes = ({ report }: AnalysedRun) =>
  new Map(report.run.models.map(({ model, sha256 }) => [model, hashText(sha256)]));

/** Of weights, by the name that the experiment gives them: of the models themselves the run tells more. */
function fileHashes({ experiment, report }: AnalysedRun): Map<string, string> {
  const known = new Set(report.run.models.map(({ model }) => lastName(model)));
  const files = (experiment?.files ?? []).map(({ path, sha256 }) => [lastName(path), hashText(sha256)] as const);
  return new Map(files.filter(([name]) => !known.has(name)));
}

const lastName = (path: string) => path.split(/[\\/]/).at(-1)!;

function commitOf({ report }: AnalysedRun): string | null {
  const { git } = report.run.environment as { git?: { commit?: unknown } | null };
  return typeof git?.commit === 'string' ? git.commit : null;
}
