import { mostConfigurations, mostSearched } from '../configuration/configuration';
import { counted } from '../statistics/wording';
import { builtinModelStrides, builtinModels, modelPath, modelWords } from './builtinModels';
import { nearestName } from './nearestName';
import { mostReplayed, replayedRequests } from './replayedRequests';
import { type Spec, specSchema } from './spec';
import { usualWorkload } from './usualWorkload';
import { didYouMean, type SpecIssue, valueAt } from './specIssues';

/**
 * Rules that concern several fields, or what a field means. Each looks only at fields that are valid by
 * themselves, so that these problems are told together with those of other fields.
 *
 * @param value plain data of the file, valid or not
 */
export function checkErrors(value: unknown): SpecIssue[] {
  const isDetection = (valueAt(value, ['workload']) ?? usualWorkload) === usualWorkload;
  return [
    ...(isDetection ? [...unknownModels(value), ...imageSizes(value)] : []),
    ...splitTwice(value),
    ...severalInWindow(value),
    ...serviceOfProcess(value),
    ...batchTimeout(value),
    ...replayedRequestsAsked(value),
    ...(isDetection ? rectangles(value) : []),
    ...searchTooShort(value),
    ...missingUnasked(value),
    ...tooMany(value),
  ];
}

/** What is permitted and probably not meant. */
export function checkWarnings(spec: Spec): SpecIssue[] {
  const warnings: SpecIssue[] = [];
  const warn = (path: (string | number)[], message: string, allowed: string | null) =>
    warnings.push({ path, at: 'value', message, allowed });
  const { current, sla } = spec;
  for (const key of besideBatchSize) {
    const listed = listedOf(spec, key);
    if (current?.[key] === undefined || listed === undefined || listed.includes(current[key])) continue;
    warn(
      ['current', key],
      `${JSON.stringify(current[key])} is not measured, so there is nothing to state savings against`,
      `one of ${key === 'model' ? 'models' : key}: ${listed.join(', ')}`,
    );
  }
  const unsaid = besideBatchSize.filter(
    (key) => current?.[key] === undefined && (listedOf(spec, key)?.length ?? 0) > 1,
  );
  if (current && unsaid.length > 0) {
    warn(
      ['current'],
      `several configurations have batch size ${current.batchSize}, so it is not known which one runs today and no saving can be stated`,
      `also ${unsaid.map((key) => `current.${key}`).join(' and ')}`,
    );
  }
  if (current && !spec.batchSizes.includes(current.batchSize)) {
    warn(
      ['current', 'batchSize'],
      `${current.batchSize} is not measured, so there is nothing to state savings against`,
      `one of batchSizes: ${spec.batchSizes.join(', ')}`,
    );
  }
  const isDetection = spec.workload === usualWorkload;
  if (isDetection && spec.weightsFile !== undefined && spec.models.every((model) => /\.(onnx|pt)$/i.test(model))) {
    warn(['weightsFile'], 'no model takes these weights: .onnx and .pt files have their own', null);
  }
  if (spec.measure.repeats.max < 5) {
    warn(
      ['measure', 'repeats', 'max'],
      `with ${counted(spec.measure.repeats.max, 'repeat')} no verdict is given`,
      '5 or more',
    );
  }
  if (sla?.batchTimeoutMs !== undefined && sla.batchTimeoutMs >= sla.requestLatencyMs) {
    warn(
      ['sla', 'batchTimeoutMs'],
      'a request may wait as long as its whole latency limit before its batch starts',
      `less than requestLatencyMs (${sla.requestLatencyMs})`,
    );
  }
  return warnings;
}

const besideBatchSize = ['model', 'instances', 'threads', 'spinning'] as const;

/** What an experiment lists of a factor; undefined where only the machine that measures knows it. */
function listedOf(spec: Spec, key: (typeof besideBatchSize)[number]): readonly unknown[] | undefined {
  if (key === 'model') return spec.models;
  return spec.split === 'auto' && key === 'instances' ? undefined : spec[key];
}

function splitTwice(value: unknown): SpecIssue[] {
  if (valueAt(value, ['split']) === undefined) return [];
  const message = 'split says already how many processes of how many threads there are';
  return ['instances', 'threads']
    .filter((key) => valueAt(value, [key]) !== undefined)
    .map((key) => ({ path: [key], at: 'key' as const, message, allowed: 'either split, or instances and threads' }));
}

/** A window of whole processes holds one at a time. */
function severalInWindow(value: unknown): SpecIssue[] {
  if (valueAt(value, ['measure', 'scope']) !== 'process') return [];
  const instances = valueAt(value, ['instances']);
  const isSplit = valueAt(value, ['split']) === 'auto';
  if (!isSplit && (!Array.isArray(instances) || instances.every((count) => count === 1))) return [];
  const message =
    'with measure.scope: process a window is one process from its start to its end: of several at once some would have ended while others still work';
  const allowed = '1 process (instances: [1]); or measure.scope: end-to-end, whose windows several processes fill';
  return [{ path: [isSplit ? 'split' : 'instances'], at: 'value', message, allowed }];
}

/** A server answers requests without starting anew, and what a process takes besides inference is in none of its batches' times. */
function serviceOfProcess(value: unknown): SpecIssue[] {
  if (valueAt(value, ['measure', 'scope']) !== 'process' || valueAt(value, ['sla']) === undefined) return [];
  const message =
    'with measure.scope: process each pass starts and ends a process, which no server does for its requests: their latency and joules cannot be told from it';
  return [{ path: ['sla'], at: 'key', message, allowed: 'with measure.scope: inference or end-to-end' }];
}

/** What a search looks at first is compared in later blocks, so there have to be some. */
function searchTooShort(value: unknown): SpecIssue[] {
  if (valueAt(value, ['search']) === undefined) return [];
  const max = valueAt(value, ['measure', 'repeats', 'max']);
  if (typeof max !== 'number' || max >= fewestSearchBlocks) return [];
  const message = `with search, configurations come in after the first blocks, and ${max} leave them too few to be compared`;
  return [
    {
      path: ['measure', 'repeats', 'max'],
      at: 'value',
      message,
      allowed: `${fewestSearchBlocks} or more, or no search`,
    },
  ];
}

/** Five for a comparison, after three in which a search looks around. */
const fewestSearchBlocks = 8;

/** A timeout without the policy that has it, or that policy without one. */
function batchTimeout(value: unknown): SpecIssue[] {
  const batching = valueAt(value, ['sla', 'batching']);
  const hasTimeout = valueAt(value, ['sla', 'batchTimeoutMs']) !== undefined;
  if (batching === 'full' && hasTimeout) {
    const message = 'with sla.batching: full a batch waits until it is full, however long that takes';
    return [
      { path: ['sla', 'batchTimeoutMs'], at: 'key', message, allowed: 'with sla.batching: timeout or when-free' },
    ];
  }
  if (batching !== 'timeout' || hasTimeout) return [];
  const message = 'timeout says nothing without sla.batchTimeoutMs';
  return [{ path: ['sla', 'batching'], at: 'value', message, allowed: 'batchTimeoutMs beside it, or when-free' }];
}

/** Replayed requests that are asked for, where there are none or nothing answers them. */
function replayedRequestsAsked(value: unknown): SpecIssue[] {
  const paced = ['measure', 'paced'];
  const of = valueAt(value, [...paced, 'of']);
  const isTrace = valueAt(value, [...paced, 'trace']) !== undefined;
  if (of === 'none' || (of === undefined && !isTrace)) return [];
  const asked = [...paced, of === undefined ? 'trace' : 'of'];
  const rate = valueAt(value, ['sla', 'arrivalRate']);
  if (valueAt(value, ['sla']) === undefined) {
    const message =
      'without sla nothing says how many requests arrive, how they are batched, and in what time they are answered';
    return [{ path: asked, at: 'key', message, allowed: 'with sla; or measure.paced.of: none' }];
  }
  const scope = valueAt(value, ['measure', 'scope']) ?? 'inference';
  if (scope !== 'inference') {
    const message = `with measure.scope: ${scope === 'process' ? 'process' : 'end-to-end'} a trial goes over all images, which no server does for a request`;
    return [{ path: asked, at: 'key', message, allowed: 'with measure.scope: inference; or measure.paced.of: none' }];
  }
  const seconds = valueAt(value, [...paced, 'seconds']) ?? 60;
  if (isTrace || typeof rate !== 'number' || typeof seconds !== 'number') return [];
  const requests = replayedRequests(rate, seconds);
  if (requests >= 1 && requests <= mostReplayed) return [];
  const message = `at sla.arrivalRate ${requests < 1 ? 'no request' : `${requests} requests`} would arrive in ${seconds} s`;
  const allowed = `so many seconds that 1 to ${mostReplayed} arrive; or measure.paced.of: none`;
  return [{ path: [...paced, 'seconds'], at: 'value', message, allowed }];
}

/** Batches of a shape each, where windows hold none. */
function rectangles(value: unknown): SpecIssue[] {
  if (valueAt(value, ['images', 'rect']) !== true) return [];
  const issues: SpecIssue[] = [];
  if ((valueAt(value, ['measure', 'scope']) ?? 'inference') === 'inference') {
    const message =
      'windows of inference alone run batches of one fixed shape out of memory, so that a batch size never changes the pixels';
    const allowed = 'with measure.scope: end-to-end or process; or without rect';
    issues.push({ path: ['images', 'rect'], at: 'value', message, allowed });
  }
  const size = valueAt(value, ['imageSize']);
  if (Array.isArray(size) && size[0] !== size[1]) {
    const message =
      'with images.rect one number says how long the longer side of an image is: the shapes follow from the images';
    issues.push({ path: ['imageSize'], at: 'value', message, allowed: 'one number' });
  }
  return issues;
}

/** What may be missing, where nothing demands that it be there. */
function missingUnasked(value: unknown): SpecIssue[] {
  const allowed = valueAt(value, ['measure', 'allowMissing']);
  if (allowed === undefined) return [];
  const source = valueAt(value, ['measure', 'source']) ?? 'auto';
  if ([source].flat().every((kind) => kind === 'auto' || kind === 'estimate')) {
    const message =
      source === 'auto'
        ? 'nothing is demanded with source: auto, which takes the estimate where a domain is missing'
        : 'the estimate has no domains that could be missing';
    const sources = 'only with a measured source: measure.source: powercap or perf';
    return [{ path: ['measure', 'allowMissing'], at: 'key', message, allowed: sources }];
  }
  const domains = valueAt(value, ['measure', 'domains']) ?? ['package', 'dram'];
  if (!Array.isArray(allowed) || !Array.isArray(domains)) return [];
  return allowed.flatMap((id: unknown, index) => {
    const kind = typeof id === 'string' ? /^(package|dram)-/.exec(id)?.[1] : undefined;
    if (kind === undefined || domains.includes(kind)) return [];
    const message = `${String(id)} is not asked for: ${kind} is not among measure.domains`;
    const kinds = `domains of ${domains.map(String).join(', ')}`;
    return [{ path: ['measure', 'allowMissing', index], at: 'value' as const, message, allowed: kinds }];
  });
}

function tooMany(value: unknown): SpecIssue[] {
  const count = (key: string) => {
    const list = valueAt(value, [key]);
    return Array.isArray(list) ? Math.max(1, list.length) : 1;
  };
  const keys = ['models', 'batchSizes', 'instances', 'threads', 'spinning'];
  const total = keys.reduce((product, key) => product * count(key), 1);
  const isSearch = valueAt(value, ['search']) !== undefined;
  const most = isSearch ? mostSearched : mostConfigurations;
  if (total <= most) return [];
  const longest = keys.reduce((a, b) => (count(b) > count(a) ? b : a));
  const message = `makes ${total} configurations (${keys
    .filter((key) => count(key) > 1)
    .map((key) => `${count(key)} ${key}`)
    .join(' × ')})`;
  return [
    {
      path: [longest],
      at: 'value' as const,
      message,
      allowed: `at most ${most} configurations in all${isSearch ? ' with search' : ''}`,
    },
  ];
}

function unknownModels(value: unknown): SpecIssue[] {
  const models = valueAt(value, ['models']);
  if (!Array.isArray(models)) return [];
  return models.flatMap((model: unknown, index) => {
    if (typeof model !== 'string' || model === '' || modelPath.test(model) || builtinModels.includes(model)) return [];
    const path = ['models', index];
    const hint = didYouMean(model, builtinModels);
    const message = `${JSON.stringify(model.slice(0, 60))} is neither a built-in model nor a model file${hint}`;
    const near = nearestName(model, builtinModels);
    return [{ path, at: 'value' as const, message, allowed: modelWords, ...(near !== undefined && { instead: near }) }];
  });
}

function imageSizes(value: unknown): SpecIssue[] {
  const size = specSchema.shape.imageSize.safeParse(valueAt(value, ['imageSize']));
  if (!size.success || size.data === undefined) return [];
  const names = [valueAt(value, ['models'])]
    .flat()
    .filter((model): model is string => typeof model === 'string' && builtinModels.includes(model));
  const stride = Math.max(0, ...names.map((name) => builtinModelStrides[name] ?? 0));
  const model = names.find((name) => builtinModelStrides[name] === stride);
  if (model === undefined) return [];
  const sides = typeof size.data === 'number' ? [size.data] : size.data;
  return sides.flatMap((pixels, index) => {
    if (pixels % stride === 0) return [];
    const below = Math.floor(pixels / stride) * stride;
    const nearest = [below, below + stride].filter((side) => side >= stride && side <= 8192);
    const path = typeof size.data === 'number' ? ['imageSize'] : ['imageSize', index];
    const message = `${pixels} is not a multiple of ${stride}, the largest stride of ${model}; nearest: ${nearest.join(', ')}`;
    return [{ path, at: 'value' as const, message, allowed: `multiples of ${stride} up to 8192` }];
  });
}
