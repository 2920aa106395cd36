import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configurationResults } from '../../src/core/values/trialValue';
import { loadRun } from '../../src/runs/store/runFolder';
import { finish, makeBench, program, quickSpec } from '../support/greenbatch';

/** Other processes get the very pids of an engine and its trial that were killed, in a pid namespace of their own. */

const canUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;
const bench = makeBench();
afterAll(() => bench.remove());

const job = `set -u
greenbatch() { "$NODE" "$PROGRAM" "$@"; }
folder=$(greenbatch run test.energy.yaml --detach 2> /dev/null | tail -1); log=$folder/events.jsonl
pid_of() { sed -n 's/.*"'$1'":{"pid":\\([0-9]*\\).*/\\1/p' $log | tail -1; }
until grep -qs trial.finished $log && [ "$(grep -c '"phase":"window"' $log)" -gt 1 ]; do sleep 0.05; done
engine=$(pid_of engine); trial=$(pid_of process); kill -9 $engine $trial
until [ ! -e /proc/$engine ] && [ ! -e /proc/$trial ]; do sleep 0.05; done
# With the command line of ours, at that very run.
as() {
  for i in {1..50}; do
    echo $(($1 - 1)) > /proc/sys/kernel/ns_last_pid; "$NODE" stranger.mjs "\${@:2}" "$folder" & [ $! = $1 ] && return
    kill $!
  done
  echo "no process got the pid $1"
}
as $engine engine; as $trial trial '{}'; sleep 0.5
alive() { for pid in $engine $trial; do grep -zq stranger /proc/$pid/cmdline && echo "$1: alive"; done; }
greenbatch runs --json | grep '"status"'
greenbatch stop "$folder" > stop.txt 2>&1; echo "stop $?"; alive stop
greenbatch run --resume "$folder" > resume.txt 2>&1; echo "resume $?"; alive resume
echo "$folder"
kill $engine $trial
`;

describe.skipIf(!canUnshare)('a pid that another process has by now (needs root)', () => {
  it('is not taken for the run, not signalled, and keeps nobody from going on', async () => {
    writeFileSync(join(bench.folder, 'stranger.mjs'), 'setInterval(() => {}, 1000);\n');
    bench.writeSpec(quickSpec({ batchSizes: [1] }, { source: 'estimate', windowSeconds: 1 }));
    const { folder: cwd, environment } = bench;
    const env = { ...environment, NODE: process.execPath, PROGRAM: program };
    const unshared = ['--pid', '--fork', '--mount-proc', '--kill-child', 'bash', '-c', job];
    const { stdout, stderr } = await finish(spawn('unshare', unshared, { cwd, env }));
    const lines = stdout.trim().split('\n');
    const folder = lines.pop()!;
    expect(
      lines.map((line) => line.trim().replace(/,$/, '')),
      stderr,
    ).toEqual([
      '"status": "stopped"',
      ...['stop 2', 'stop: alive', 'stop: alive'],
      ...['resume 0', 'resume: alive', 'resume: alive'],
    ]);
    const { run, samples, status } = loadRun(folder);
    expect(status).toBe('complete');
    expect(configurationResults(run, samples).map((c) => c.trials.length)).toEqual([2]);
  });
});
