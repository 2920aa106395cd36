import * as z from 'zod';
import { issuesOf } from '../../spec/specIssues';
import { allowedAt, type SchemaNode } from '../../spec/specJsonSchema';
import { problemMaker, rangeOf, type SpecProblem } from '../../spec/specProblem';
import { placeIssues, withoutByteOrderMark } from '../../spec/specText';
import { nodesAt, readSpecYaml } from '../../spec/specYaml';
import { type PipelineFile, pipelineFileSchema } from './pipelineFile';

let cached: SchemaNode | undefined;

/** The pipeline file as JSON Schema draft 7, as a person may write it. `media/pipeline.schema.json` holds this text. */
export function pipelineJsonSchema(): SchemaNode {
  cached ??= z.toJSONSchema(
    pipelineFileSchema.meta({
      title: 'Greenbatch pipeline',
      description: 'Stages of an inference pipeline, their profiles, load and limits. Docs: docs/pipeline.md',
    }),
    { io: 'input', target: 'draft-7' },
  ) as SchemaNode;
  return cached;
}

/** `stageLines`: the line of each stage in the text, from 0. */
export type ParsedPipeline =
  { ok: true; file: PipelineFile; stageLines: number[] } | { ok: false; problems: SpecProblem[] };

/** Reads a pipeline file: YAML 1.2 (so JSON as well), as experiment files are read and within their bounds. Never throws. */
export function parsePipeline(source: string): ParsedPipeline {
  const text = withoutByteOrderMark(source);
  const { document, value, problems } = readSpecYaml(text);
  const problem = problemMaker(text);
  if (problems.length > 0) return { ok: false, problems };
  const schema = pipelineJsonSchema();
  if (value === null) {
    const message = 'the file is empty: it needs at least load, slaSeconds and stages';
    return { ok: false, problems: [problem([0, 0], '', message, allowedAt([], schema))] };
  }
  const parsed = pipelineFileSchema.safeParse(value);
  if (!parsed.success) {
    return { ok: false, problems: placeIssues(source, issuesOf(parsed.error.issues, value, schema)) };
  }
  const stageLines = parsed.data.stages.map((_, s) => {
    const node = document && nodesAt(document, ['stages', s]).value;
    return node ? problem(rangeOf(node), '', '', null).line - 1 : 0;
  });
  return { ok: true, file: parsed.data, stageLines };
}
