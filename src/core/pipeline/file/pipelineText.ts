import * as z from 'zod';
import { readBySchema } from '../../spec/readBySchema';
import type { SchemaNode } from '../../spec/specJsonSchema';
import { problemMaker, rangeOf, type SpecProblem } from '../../spec/specProblem';
import { nodesAt } from '../../spec/specYaml';
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

/** Reads a pipeline file, as `readBySchema` does. */
export function parsePipeline(source: string): ParsedPipeline {
  const needed = 'load, slaSeconds and stages';
  const read = readBySchema(source, pipelineFileSchema, { json: pipelineJsonSchema(), needed });
  if (!read.ok) return read;
  const { data, document, text } = read;
  const problem = problemMaker(text);
  const stageLines = data.stages.map((_, s) => {
    const node = document && nodesAt(document, ['stages', s]).value;
    return node ? problem(rangeOf(node), '', '', null).line - 1 : 0;
  });
  return { ok: true, file: data, stageLines };
}
