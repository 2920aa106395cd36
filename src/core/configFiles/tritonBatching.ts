import { lineEndOf, type TextEdit } from './configFile';
import {
  delayMs,
  type JudgedPolicy,
  type ServerPolicy,
  unlikeServer,
  wholeDelay,
  wholeMicroseconds,
} from './serverPolicy';
import { numberOf, type ProtoField, type ProtoValue, tokensOf } from './textProto';
import { insertInto, replaceValue } from './textProtoEdit';
import { type Part, refuse } from './tritonSplit';

/**
 * How Triton forms batches (model_config.proto). `max_batch_size` says that the model has a batch axis and how far it may grow;
 * `dynamic_batching.preferred_batch_size` is what the server forms of requests that wait, and `max_queue_delay_microseconds` how long
 * the oldest of them may wait for more (dynamic_batch_scheduler.cc, GetDynamicBatch). Without `dynamic_batching` each request is run as it comes.
 */

const delayKey = 'max_queue_delay_microseconds';

export function batchFields(fields: readonly ProtoField[]) {
  const named = (name: string) => fields.filter((f) => f.name === name);
  const batching = named('dynamic_batching');
  const inside = batching.flatMap((f) => f.values.flatMap((v) => (v.kind === 'message' ? v.fields : [])));
  return {
    max: named('max_batch_size'),
    batching,
    preferred: inside.filter((f) => f.name === 'preferred_batch_size'),
    delay: inside.filter((f) => f.name === delayKey),
  };
}

/** null where another scheduler forms the batches, or what stands here cannot be read. */
export function tritonPolicy(fields: readonly ProtoField[], instances: number | undefined): ServerPolicy | null {
  if (otherScheduler(fields)) return null;
  const { batching, delay, max } = batchFields(fields);
  const micros = delay.length === 0 ? 0 : delay.length === 1 ? microsecondsOf(delay[0]!.values) : null;
  const batchTimeoutMs = micros === null ? undefined : delayMs(micros, 1000);
  // Where no max_batch_size stands here, Triton may turn batching on by itself (auto-complete).
  const noBatches = 'There is no dynamic_batching, so each request is run as its client sends it.';
  return {
    ...(batchTimeoutMs !== undefined && { batching: 'when-free', batchTimeoutMs }),
    ...(instances !== undefined && { instances }),
    ...(batching.length === 0 && max.length > 0 && { noBatches }),
  };
}

export const otherScheduler = (fields: readonly ProtoField[]) =>
  fields.find((f) => f.name === 'sequence_batching' || f.name === 'ensemble_scheduling');

/** Sets `preferred_batch_size` to one size, `max_batch_size` only where it is below, and the delay where the verdict is on requests. */
export function setBatching(
  text: string,
  fields: readonly ProtoField[],
  batchSize: number,
  policy: JudgedPolicy | null,
): Part | { refused: string } {
  const advice = `set preferred_batch_size to [ ${batchSize} ] by hand`;
  const unlike = policy && unlikeServer(policy, batchSize, { does: 'when-free', server: 'Triton' });
  if (unlike) return { refused: unlike };
  const found = batchFields(fields);
  const { max, batching, preferred, delay } = found;
  const twice = [max, batching, preferred].find((same) => same.length > 1)?.[0];
  if (twice) return refuse(`${twice.name} stands here more than once: ${advice}.`);
  const limit = max[0] ? numberOf(max[0].values[0]) : null;
  if (max[0] && limit === null) return refuse(`max_batch_size is not a whole number: ${advice}.`);
  if (limit === 0 || (!max[0] && fields.some((f) => f.name === 'input'))) {
    // As a model without a batch axis is served already.
    if (batchSize === 1) return { edits: [], atEnd: [], notes: [] };
    return refuse(
      `max_batch_size is ${max[0] ? '0' : 'not set, which means 0'}: Triton then takes the model as one without a batch axis. Give it one first (max_batch_size, and dims without the batch).`,
    );
  }
  const edits: TextEdit[] = [];
  const notes: string[] = [];
  const lines: string[] = [];
  const atEnd: string[] = max[0] ? [] : [`max_batch_size: ${batchSize}`];
  if (max[0] && limit !== null && limit < batchSize) {
    edits.push(replaceValue(max[0].values[0]!, String(batchSize)));
    notes.push(`max_batch_size was ${limit}: it is raised, for it may not be below.`);
  }
  if (preferred[0]) edits.push(...setPreferred(preferred[0], text, batchSize));
  else lines.push(`preferred_batch_size: [ ${batchSize} ]`);
  if (policy?.batching === 'when-free') {
    const { value, notes: rounded } = wholeDelay(policy.timeoutMs ?? 0, 1000, 'microsecond');
    const byHand = `set ${delayKey} to ${value} by hand`;
    if (delay.length > 1) return refuse(`${delayKey} stands here more than once: ${byHand}.`);
    const [said] = delay;
    if (said && microsecondsOf(said.values) === null) return refuse(`${delayKey} is not a whole number: ${byHand}.`);
    if (said) edits.push(replaceValue(said.values[0]!, String(value)));
    else if (value > 0) lines.push(`${delayKey}: ${value}`);
    notes.push(...rounded);
    if (value > 0 && limit !== null && limit > batchSize)
      notes.push(
        `Once the oldest request has waited longer than the delay, Triton fills a batch up to max_batch_size, which is ${limit}: lower it to ${batchSize} where no client sends more at once.`,
      );
  }
  if (lines.length > 0 && batching[0]) {
    const message = batching[0].values[0];
    if (message?.kind !== 'message') return refuse(`dynamic_batching is not a group in braces: ${advice}.`);
    edits.push(insertInto(text, message, ...lines));
  } else if (lines.length > 0) {
    const end = lineEndOf(text);
    atEnd.push(`dynamic_batching {${end}${lines.map((line) => `  ${line}${end}`).join('')}}`);
    notes.push('Dynamic batching is turned on: Triton then puts requests of several clients into one batch.');
  }
  return { edits, atEnd, notes };
}

const microsecondsOf = ([value, another]: readonly ProtoValue[]) =>
  value?.kind === 'scalar' && !another ? wholeMicroseconds(value.text) : null;

/** The first value becomes the batch size, the others go with the commas before them; comments between stay. */
function setPreferred(field: ProtoField, text: string, batchSize: number): TextEdit[] {
  const [first, ...others] = field.values;
  if (!first) {
    const at = field.list ? field.list.open + 1 : field.end;
    return [{ offset: at, length: 0, newText: field.list ? ` ${batchSize}` : ` [ ${batchSize} ]` }];
  }
  const edits = [replaceValue(first, String(batchSize))];
  let before = first.end;
  for (const value of others) {
    const comma = tokensOf(text.slice(before, value.start)).find((token) => token.text === ',');
    const from = before + (comma?.start ?? 0);
    const isPlain = text.slice(from + 1, value.start).trim() === '';
    const { start, end } = isPlain && comma ? { start: from, end: value.end } : value;
    if (!isPlain && comma) edits.push({ offset: from, length: 1, newText: '' });
    edits.push({ offset: start, length: end - start, newText: '' });
    before = value.end;
  }
  return edits;
}
