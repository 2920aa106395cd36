import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { RunEvent, WorkloadRecord } from '../../src/core/run/events';
import { configurationsOf } from '../../src/core/run/plan';
import type { Sla } from '../../src/core/spec/spec';
import { parseSpec } from '../../src/core/spec/specText';
import { eventsFile, runsFolder } from '../../src/runs/store/folders';
import { sourceFilesOf } from '../../src/runs/index/sourceFiles';
import { detection, estimatedSource, source, sweep, toLines, trialEvents } from './runEvents';

const watts: Record<number, number> = { 1: 110, 2: 101, 4: 99 };

/** Writes the folder of a complete run of an experiment, as `greenbatch run` would leave it. */
export async function writeRun(
  workspace: string,
  id: string,
  specFile: string,
  specText: string,
  {
    measured = true,
    complete = true,
    servingConfig,
    workload = detection,
    at = Date.parse('2026-11-23T08:00:00Z'),
    factors = {},
    environment = {},
    served,
  }: {
    /** What the run took of its service level from a serving config. */
    served?: { sla: Sla; taken: string[] };
    /** When it was begun, milliseconds since 1970. */
    at?: number;
    /** By how much a configuration draws more than usual. */
    factors?: Record<number, number>;
    environment?: Record<string, unknown>;
    measured?: boolean;
    complete?: boolean;
    servingConfig?: string;
    workload?: WorkloadRecord;
  } = {},
): Promise<string> {
  const parsed = parseSpec(specText);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const spec = served ? { ...parsed.spec, sla: served.sla } : parsed.spec;
  const path = resolve(dirname(specFile), specFile);
  const sourceFiles = await sourceFilesOf(spec, path, servingConfig);
  const [, session, , images, idle, ...rest] = sweep(measured);
  const configurations = configurationsOf(spec, { cores: 2 });
  const trials = [1, 2, 3, 4, 5].flatMap((block) =>
    configurations.flatMap((c, i) =>
      trialEvents(
        configurations.length * block + i,
        block,
        c.id,
        100 * block + 10 * i,
        2,
        // Each process more saves a little.
        ((watts[c.batchSize] ?? 100) - 10 * (c.instances - 1)) *
          (factors[c.batchSize] ?? 1) *
          (1 + 0.001 * ((block * 7 + i) % 5)),
      ),
    ),
  );
  const events: RunEvent[] = [
    {
      ...{
        type: 'run.created',
        at,
        version: 2,
        runId: id,
        workload,
        name: 'test',
      },
      ...{ specFile: path, specText, spec, configurations, program: 'greenbatch test' },
      ...(sourceFiles.length > 0 && { sourceFiles }),
      ...(served && { servedBy: { file: 'config.pbtxt', taken: served.taken } }),
    },
    { ...session, environment } as RunEvent,
    { type: 'source.opened', at: 3, source: measured ? source : estimatedSource },
    ...(workload === detection ? [images!] : []),
    idle!,
    ...trials,
    ...(complete ? rest.slice(-1) : []),
  ];
  const folder = join(runsFolder(workspace), id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(eventsFile(folder), toLines(events));
  return folder;
}
