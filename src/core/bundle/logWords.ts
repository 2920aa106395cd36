import * as z from 'zod';
import { eventSchema } from '../run/events';

/** Fields that hold words of the program's own which no schema lists: a later program may write others. */
const wordFields = new Set([
  'type',
  'step',
  'reason',
  'code',
  'source',
  'kind',
  'unit',
  'input',
  'program',
  'workload',
]);

/**
 * Words, in small letters, that a log of ours has in it whoever measured: names of its keys, and what its fields may say. An account of
 * such a name is not to be told from them.
 */
export function logWords(events: readonly unknown[]): Set<string> {
  const words = new Set(['greenbatch']);
  const add = (text: string) => text.split(/[^\w-]+/).forEach((word) => words.add(word.toLowerCase()));
  const walkSchema = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(walkSchema);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return;
    for (const [key, of] of Object.entries(part)) {
      if (key === 'properties') Object.keys(of as object).forEach(add);
      if (key === 'const' || key === 'enum')
        for (const value of [of as unknown].flat()) if (typeof value === 'string') add(value);
      walkSchema(of);
    }
  };
  walkSchema(z.toJSONSchema(eventSchema, { unrepresentable: 'any' }));
  const walk = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(walk);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return;
    for (const [key, of] of Object.entries(part)) {
      // What is a place and no word names somebody's folder.
      if (/^\w+$/.test(key)) add(key);
      if (typeof of === 'string' && wordFields.has(key) && !/[/\\]/.test(of)) add(of);
      walk(of);
    }
  };
  walk(events);
  return words;
}
