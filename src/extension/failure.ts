/** Why a started command ended badly, as its exit code says (docs/cli.md). */
export type FailureKind = 'unexpected' | 'input' | 'source' | 'nothing' | 'busy' | 'interrupted' | 'notStarted';

export type Failure = {
  kind: FailureKind;
  /** What the program said, without its own name in front; one to three lines. */
  said: string;
};

const kinds: Readonly<Record<number, FailureKind>> = {
  1: 'unexpected',
  2: 'input',
  3: 'source',
  4: 'nothing',
  5: 'busy',
  130: 'interrupted',
};

/** @param code null when the program was ended by a signal or could not be started */
export function failureOf(code: number | null, stderr: string): Failure {
  const lines = stderr
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('Run folder: '));
  const start = lines.findLastIndex((line) => line.startsWith('greenbatch: '));
  const said = (start < 0 ? lines.slice(-3) : lines.slice(start, start + 3)).join('\n').replace(/^greenbatch: /, '');
  return { kind: code === null ? 'notStarted' : (kinds[code] ?? 'unexpected'), said };
}
