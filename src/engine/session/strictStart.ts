import { conditionsOfLook } from '../../core/run/conditions';
import { isMeasured } from '../../core/energy/parts';
import { withoutText } from '../../core/energy/sourceLabel';
import { ExpectedError } from '../../core/failure/expectedError';
import type { Configuration } from '../../core/configuration/configuration';
import { estimateSeconds } from '../../core/run/duration';
import type { Spec } from '../../core/spec/spec';
import { openSource } from '../../energy/openSource';
import { sourceSettings } from '../../energy/sourceSettings';
import { openLooks } from './looks';

/**
 * Looks at the machine as each session does, and at the energy source; takes up to 2 s.
 *
 * @throws ExpectedError `conditions` that names all that would warn of, or qualify, a result that is measured now; SourceError
 */
export async function requireFit(
  spec: Spec,
  configurations: readonly Configuration[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const asked = { measure: spec.measure, env };
  const { source, reader } = await openSource(spec.measure, env);
  reader.close();
  const measured = isMeasured(source);
  const without = withoutText({ missing: source.missing ?? [] });
  const looks = openLooks(() => sourceSettings(asked));
  const seen = conditionsOfLook(await looks.start(estimateSeconds(spec, configurations).leastSeconds));
  const problems = [
    ...(measured
      ? []
      : [`joules would be estimated from CPU time, not measured${source.reason ? ` (${source.reason})` : ''}`]),
    ...(without === null ? [] : [`joules would be ${without} (measure.allowMissing)`]),
    ...(spec.sla && spec.measure.idleSeconds === 0
      ? ['J/request would not be known, for there would be no idle baseline: set measure.idleSeconds above 0']
      : []),
    ...seen.map(({ message }) => message),
  ];
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  ${problem}`).join('');
  throw new ExpectedError(
    'conditions',
    `a result measured now would not hold without reservation, and --strict asks for one that does:${list}`,
    measured ? null : (source.fix ?? null),
  );
}
