import { countedParts, instrumentsOf, isMeasured, kindsOf } from '../../energy/parts';
import { estimateText } from '../../energy/sourceLabel';
import { bearingOf, conditionsOf, isOfMachine } from '../../run/conditions';
import { plural } from '../../words/unitOfWork';
import type { AnalysedRun } from '../analysis';
import type { Sides } from './sides';

/** Why two runs cannot be compared, or what a reader of their comparison must know. */
export type ComparisonNote = { code: string; message: string };

/** The first reason that forbids a comparison; null where there is none. `isPair`: the two were measured in turns. */
export function refusalOf(
  one: AnalysedRun,
  other: AnalysedRun,
  { isPair = false }: { isPair?: boolean } = {},
): ComparisonNote | null {
  for (const { report, results } of [one, other]) {
    if (report.source === null || results.every((r) => r.trials.length === 0)) {
      return {
        code: 'nothing-measured',
        message: `${report.run.id} has no finished repeat: there is nothing to compare.`,
      };
    }
  }
  const [first, second] = [one.report, other.report];
  // Of two that were measured in turns another model under the same name is what was meant, and is told.
  const model = isPair ? null : otherModel(first, second);
  return unlikeWork(first, second) ?? model ?? withheld(first) ?? withheld(second);
}

/** Why joules of the two would be different things, whatever their models; null where they are alike. */
export function unlikeWork(first: Report, second: Report): ComparisonNote | null {
  const [a, b] = [first.source, second.source];
  if (!a || !b) return null;
  const [work, otherWork] = [workText(first), workText(second)];
  if (work !== otherWork) {
    return {
      code: 'workload',
      message: `They did different work (${work}; ${otherWork}): joules of one are not those of the other. Compare runs of the same workload.`,
    };
  }
  if (isMeasured(a) !== isMeasured(b)) {
    const [measured, estimated] = isMeasured(a) ? [first, second] : [second, first];
    const basis = estimateText(countedParts(isMeasured(a) ? b : a));
    return {
      code: 'measured-with-estimated',
      message: `${measured.run.id} was measured, ${estimated.run.id} is estimated ${basis}: their joules are different things. Measure both with the same source.`,
    };
  }
  // The curve of what is estimated beside measured parts is in no number that is compared.
  const curves = [a, b].map((source) => JSON.stringify(countedParts(source).map(({ curve }) => curve ?? null)));
  if (!isMeasured(a) && curves[0] !== curves[1]) {
    return {
      code: 'power-curve',
      message: `The two estimates rest on different power curves (${curveText(first)}; ${curveText(second)}): the difference would be the curves'. Set the same measure.powerCurve in both.`,
    };
  }
  const [missing, otherMissing] = [missingOf(first), missingOf(second)];
  if (missing !== otherMissing) {
    return {
      code: 'missing-domains',
      message: `Other domains are missing from the joules of each (${missing || 'none'}; ${otherMissing || 'none'}): one of them is of half a machine. Measure both with the same domains.`,
    };
  }
  const [domains, others] = [domainsOf(first), domainsOf(second)];
  if (domains !== others) {
    return {
      code: 'domains',
      message: `They cover different domains (${domains}; ${others}): set the same ${kindsOf(a) === kindsOf(b) ? '' : 'measure.source and '}measure.domains, on machines with as many sockets.`,
    };
  }
  const [size, otherSize] = [sizeText(first), sizeText(second)];
  if (size !== otherSize) {
    return {
      code: 'image-size',
      message: `Their images differ in size (${size}; ${otherSize} pixels): the work per ${first.run.workload.unit} is not the same. Set the same imageSize${first.run.rect === second.run.rect ? '' : ' and images.rect'}.`,
    };
  }
  if (first.run.scope !== second.run.scope) {
    return {
      code: 'scope',
      message: `Their windows hold different things (measure.scope: ${first.run.scope}; ${second.run.scope}): the work per ${first.run.workload.unit} is not the same.`,
    };
  }
  return null;
}

function otherModel(first: Report, second: Report): ComparisonNote | null {
  for (const { model, sha256 } of first.run.models) {
    const other = second.run.models.find((m) => m.model === model);
    if (other && other.sha256 !== sha256) {
      return {
        code: 'model',
        message: `${model} is another model in each (sha256 ${sha256.slice(0, 12)}…; ${other.sha256.slice(0, 12)}…): the file was changed between the runs. Give the two models different names to compare them.`,
      };
    }
  }
  return null;
}

/** What the machine did meanwhile that its numbers are of no use. Looked at last: what makes runs incomparable stays when the machine is at rest again. */
export function withheld({ run }: Report): ComparisonNote | null {
  const grave = bearingOf(run).find(({ effect }) => effect === 'withholds');
  return grave ? { code: grave.code, message: `In ${run.id}, ${grave.clause}.` } : null;
}

/** What differs besides, and may be what is seen in place of what was meant. `isPair`: what differs is told key by key (`differing`). */
export function warningsOf({ first, second }: Sides, { isPair = false }: { isPair?: boolean } = {}): ComparisonNote[] {
  const notes: ComparisonNote[] = [];
  const all = [...first, ...second];
  const differ = (code: string, what: string, of: (run: AnalysedRun) => unknown) => {
    if (isPair) return;
    const text = (run: AnalysedRun) => String(of(run) ?? 'not known');
    if (new Set(all.map(text)).size === 1) return;
    const [a, b] = [first, second].map((runs) => unique(runs.map(text)));
    notes.push({ code, message: `They differ in ${what}: ${a}; ${b}.` });
  };
  const from =
    (key: string) =>
    ({ report }: AnalysedRun) =>
      report.run.environment[key];
  differ('model', 'model', (r) => unique(r.results.map((c) => c.model)));
  differ('machine', 'processor', from('cpuModel'));
  differ('machine', 'logical CPUs', from('logicalCpus'));
  differ('machine', 'memory', (r) => gigabytes(from('memoryBytes')(r)));
  const differWhereKnown = (what: string, key: string) => {
    if (all.every((run) => from(key)(run) != null)) differ('machine', what, from(key));
  };
  differWhereKnown('type of node', 'nodeType');
  differWhereKnown('node', 'nodeUuid');
  differWhereKnown('id of the machine', 'machineId');
  differ('kernel', 'kernel', from('kernel'));
  differ('governor', 'frequency governor', from('governor'));
  differ('turbo', 'turbo setting', from('turboOff'));
  // That both are unknown, or one off and one unknown, is no difference that anybody knows of.
  const filtering = ({ report }: AnalysedRun) => report.run.filtering?.state ?? 'unknown';
  if (all.some((run) => filtering(run) === 'on'))
    differ('filtering', 'noise that the processor adds to its counters (RAPL filtering)', filtering);
  differ('smt', 'SMT setting', from('smt'));
  differ('power-limits', 'power limits', ({ report }) => limitsText(report, ...all.map((run) => run.report)));
  differ('instances', 'processes at once', (r) => unique(r.results.map((c) => c.instances)));
  differ('threads', 'threads', (r) => unique(r.results.map((c) => c.threads)));
  differ('pin', 'CPUs of the processes (measure.pin)', ({ report }) => report.run.pin);
  differ('spinning', 'spinning of idle workers', (r) => unique(r.results.map((c) => c.spinning)));
  differ('images', 'images', ({ report }) => report.run.images?.description);
  differ('program', 'program', ({ report }) => report.run.program);
  differ('source', 'energy source', ({ report }) => report.source && instrumentsOf(report.source.parts).join(' + '));
  for (const {
    report: { run },
  } of all) {
    if (run.status !== 'complete')
      notes.push({ code: 'incomplete', message: `${run.id} is ${run.status}, not complete.` });
    for (const { code, message } of conditionsOf(run).filter(isOfMachine))
      notes.push({ code, message: `In ${run.id}, ${message}.` });
  }
  return notes;
}

type Report = AnalysedRun['report'];

const unique = (values: unknown[]) => [...new Set(values)].join(', ');
const gigabytes = (bytes: unknown) => (typeof bytes === 'number' ? `${Math.round(bytes / 1e9)} GB` : null);

/** Long-term limits of the packages that both runs know, in watts. */
function limitsText(of: Report, ...both: Report[]): string | null {
  const limits = ({ run }: Report) => (run.environment.raplLimitsMicrowatts ?? {}) as Record<string, unknown>;
  const zones = Object.keys(limits(of)).filter((zone) => both.every((one) => typeof limits(one)[zone] === 'number'));
  return zones.length === 0
    ? null
    : zones
        .sort()
        .map((zone) => `${zone} ${Number(limits(of)[zone]) / 1e6} W`)
        .join(', ');
}

const missingOf = ({ source }: Report) => [...(source?.missing ?? [])].sort().join(' + ');

function domainsOf({ source }: Report): string {
  const ids = source === null ? [] : countedParts(source).map((part) => part.id);
  return ids.sort().join(' + ');
}

const workText = ({ run }: Report) => `${run.workload.name}, counted in ${plural(run.workload.unit)}`;

const sizeText = ({ run }: Report) =>
  run.imageSize
    ? `${run.imageSize.width}×${run.imageSize.height}${run.rect ? ' at most, in rectangles (images.rect)' : ''}`
    : 'unknown';

const curveText = ({ source }: Report) =>
  (source?.parts ?? [])
    .flatMap(({ curve }) => (curve ? [`${curve.idleWatts} to ${curve.maxWatts} W`] : []))
    .join(' and ') || 'none';
