import { createPowerHistory, type PowerHistory } from '../../core/panel/series/powerHistory';
import { type Run, sourceOfSession } from '../../core/run/fold';
import { powerFile } from './folders';
import { followPower, type PowerRecord } from './followPower';

/** A run's power series as it grows, each session's samples read with that session's own source. */
export type RunPower = {
  readonly history: PowerHistory;
  /** Takes in what is new; `more` says that it should be called again at once. */
  poll(run: Run): { samples: number; more: boolean };
};

export function followRunPower(folder: string): RunPower {
  const history = createPowerHistory();
  const series = followPower(powerFile(folder));
  let waiting: PowerRecord[] = [];
  return {
    history,
    poll(run) {
      const { records, more } = series.poll();
      const pending = waiting.length > 0 ? [...waiting, ...records] : records;
      const newest = run.sessions.at(-1)?.session ?? 0;
      let taken = 0;
      for (const record of pending) {
        if ('header' in record) {
          const { session } = record.header;
          const source = sourceOfSession(run, session);
          // The two files are read one after the other: the log's line that names this source may come with the next poll.
          if (source === null && session >= newest) break;
          history.begin(record.header, source);
        } else history.add(record.sample);
        taken++;
      }
      waiting = pending.slice(taken);
      return { samples: taken, more };
    },
  };
}
