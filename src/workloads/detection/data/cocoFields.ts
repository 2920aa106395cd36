import { DatasetError } from './datasetError';

/** `file_name` of an entry of "images"; empty where there is none. */
export function fileNameOf(image: Record<string, unknown>): string {
  const name = image.file_name;
  return typeof name === 'string' && !name.includes('\0') ? name : '';
}

export function objectOf(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DatasetError(`${at} is ${shown(value)}, not an object`);
  return value as Record<string, unknown>;
}

export function numberOf(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new DatasetError(`${at} is ${shown(value)}, not a finite number`);
  return value;
}

/** A number, also one that some exporter wrote as text; null for anything else. */
export function looseNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** [left, top, width, height] in pixels; the sizes are not negative. */
export function boxOf(value: unknown, at: string): [number, number, number, number] {
  if (!Array.isArray(value) || value.length !== 4)
    throw new DatasetError(`${at} is ${shown(value)}, not [left, top, width, height]`);
  for (let i = 0; i < 4; i++) numberOf(value[i], `${at}[${i}]`);
  const box = value as [number, number, number, number];
  if (box[2] < 0 || box[3] < 0)
    throw new DatasetError(`${at} is ${shown(box)}: width and height cannot be negative ([left, top, width, height])`);
  return box;
}

export function flagOf(value: unknown, at: string): number {
  if (value === undefined || value === null || value === 0 || value === false || value === '0') return 0;
  if (value === 1 || value === true || value === '1') return 1;
  throw new DatasetError(`${at} is ${shown(value)}, not 0 or 1`);
}

/** A value in a message, never longer than a line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    return 'a value nested too deep to be shown'; // JSON.parse has no such limit
  }
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
