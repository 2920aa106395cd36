/** Whose an exported file or series is, and the hash of all that it was exported with: whether anybody has changed it since. */
export type ExportMark = { of: string; sha256: string };

/** The first line of what is exported, a comment in YAML. */
export const markLine = ({ of, sha256 }: ExportMark) => `# Exported by Greenbatch: ${of}, sha256 ${sha256}\n`;

/** A text without its mark; null where its first line is none. */
export function readMark(text: string): { mark: ExportMark | null; rest: string } {
  const [line, of, sha256] = /^# Exported by Greenbatch: (.+), sha256 ([0-9a-f]{64})\n/.exec(text) ?? [];
  if (line === undefined) return { mark: null, rest: text };
  return { mark: { of: of!, sha256: sha256! }, rest: text.slice(line.length) };
}

/** What a mark says of an exported pipeline, or of one stage of it. */
export const ofPipeline = (name: string) => `pipeline ${quoted(name)}`;
export const ofStage = (pipeline: string, stage: string) => `${pipeline}, stage ${quoted(stage)}`;

/** What it says of the accuracies of all pipelines of a folder. */
export const ofAccuracies = 'accuracies';

/** In ASCII: some other characters end a line of YAML 1.1, by which IPA's parser goes. */
const quoted = (name: string) =>
  JSON.stringify(name).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
