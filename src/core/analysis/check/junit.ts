import type { Check, CheckedLimit } from './checkSchema';

/**
 * A check as JUnit's XML, which CI servers show: a test case a limit. What is broken is a failure; what cannot be told is skipped, with why,
 * for it is no failure and must not pass for a success; what is not comparable is an error, for somebody has to renew the baseline.
 */

/** By this a file is known as one of ours, which a later check may replace. */
export const junitHead = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="greenbatch check"';

export function junitOf(check: Check): string {
  return junit(
    check.run.name,
    check.limits.map((limit) => ({ name: caseName(limit), ...resultOf(limit) })),
    [
      ['run', check.run.id],
      ['baseline', check.baseline?.id ?? ''],
      ['energy', check.estimated ? 'ESTIMATED' : 'measured'],
      ['sentence', check.sentence],
    ],
  );
}

/** Where nothing could be judged: one test case, an error. */
export const junitOfFailure = (suite: string, message: string): string =>
  junit(suite, [{ name: 'measurement', kind: 'error', message }], []);

type Result = { kind: 'failure' | 'skipped' | 'error' | null; message: string };
type Case = Result & { name: string };

const kinds = { pass: null, fail: 'failure', 'cannot-tell': 'skipped', 'not-comparable': 'error' } as const;

const resultOf = ({ answer, message }: CheckedLimit): Result => ({ kind: kinds[answer], message });

/** Names have to be unique in a suite, or servers show one result of several. */
const caseName = ({ name, kind, allowed, unit }: CheckedLimit) =>
  `${name}, ${kind === 'max' ? `at most ${allowed} ${unit}` : `at most +${allowed} % of the baseline`}`;

function junit(suite: string, cases: readonly Case[], properties: readonly [string, string][]): string {
  const count = (kind: Result['kind']) => cases.filter((one) => one.kind === kind).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  return [
    `${junitHead} ${counts}>`,
    `  <testsuite name="${escaped(suite)}" ${counts}>`,
    ...(properties.length > 0
      ? [
          '    <properties>',
          ...properties.map(([key, value]) => `      <property name="${key}" value="${escaped(value)}"/>`),
          '    </properties>',
        ]
      : []),
    ...cases.flatMap((one) => caseLines(one, suite)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseLines({ name, kind, message }: Case, suite: string): string[] {
  const head = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}"`;
  return kind === null
    ? [`${head}>`, `      <system-out>${escaped(message)}</system-out>`, '    </testcase>']
    : // As an attribute and as text: some servers show the one, some the other.
      [`${head}>`, `      <${kind} message="${escaped(message)}">${escaped(message)}</${kind}>`, '    </testcase>'];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** XML 1.0 has no place for control characters, lone surrogates, U+FFFE and U+FFFF, not even escaped. */
const unfit = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string) => text.replace(unfit, '\ufffd').replace(/[&<>"'\t\n\r]/g, (sign) => entities[sign]!);
