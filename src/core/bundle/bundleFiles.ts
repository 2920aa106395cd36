import * as z from 'zod';

/** What lies in a bundle, and what its two files of its own say: `bundle.json`, and `MANIFEST.sha256` in the form of sha256sum. */

export const bundleVersion = 1;
export const bundleFile = 'bundle.json';
export const manifestFile = 'MANIFEST.sha256';
export const statedFile = 'show.json';
export const experimentFile = 'experiment.energy.yaml';
/** Of the charts, as SVG. */
export const figuresFolder = 'figures';

/** In every bundle, whoever measured what; its manifest lists all but itself. */
export const alwaysThere = [
  'README.md',
  'events.jsonl',
  statedFile,
  'result.md',
  'configurations.csv',
  'trials.csv',
  experimentFile,
  'machine.json',
  bundleFile,
  'CITATION.cff',
  'citation.bib',
];
/** What a bundle holds besides, where it has it. */
export const isOfBundle = (path: string): boolean =>
  alwaysThere.includes(path) || path === 'power.jsonl' || /^(?:schemas|figures)\//.test(path);

export const bundleSchema = z.object({
  /** Rises when the meaning of a file changes; files may be added within one. */
  bundle: z.int().min(1),
  /** Program that wrote the bundle: its figures are told again to the last digit by the same one. */
  program: z.string(),
  programSha256: z.string().nullable(),
  run: z.string(),
  name: z.string(),
  measuredBy: z.string(),
  /** sha256 of what was measured, as the log tells it. */
  models: z.array(z.object({ model: z.string(), sha256: z.string() })),
  sourceFiles: z.array(z.object({ path: z.string(), sha256: z.string() })),
  /** How many texts of the logs were replaced, by what. */
  replaced: z.record(z.string(), z.int()),
});
export type Bundle = z.infer<typeof bundleSchema>;

/** Lines of `sha256sum`: 64 hexadecimal digits, two spaces, a path. */
export const manifestText = (files: readonly { path: string; sha256: string }[]): string =>
  files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join('');

/** null where a line is none of a manifest. */
export function parseManifest(text: string): Map<string, string> | null {
  const hashes = new Map<string, string>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, sha256, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sha256 === undefined || path === undefined || hashes.has(path)) return null;
    hashes.set(path, sha256);
  }
  return hashes;
}
