import { spawn } from 'node:child_process';
import { createReadStream, openSync, writeSync } from 'node:fs';

/**
 * Does what `perf stat -a --per-socket -e … -I N [--control fifo:…] -o FILE -- cat` does, of events whose watts are known:
 * argv[2] is the JSON of `PerfProgramOptions` (perfProgram.ts), the rest what perf is given.
 */

const options = JSON.parse(process.argv[2]);
const args = process.argv.slice(3);
const after = (name) => args[args.indexOf(name) + 1];
const end = (code, text) => {
  process.stderr.write(`${text}\n`);
  process.exit(code);
};

if (args[0] === '--version' && !options.refuses) {
  process.stdout.write('perf version 6.1.0\n');
  process.exit(0);
}
if (options.refuses) end(255, options.refuses);
if (options.without?.includes('json') && args.includes('-j'))
  end(129, "  Error: unknown switch `j'\n\n Usage: perf stat [<options>] [<command>]");
if (options.without?.includes('control') && args.includes('--control'))
  end(129, "  Error: unknown option `control'\n\n Usage: perf stat [<options>] [<command>]");

const sockets = options.sockets ?? [0];
const events = after('-e').split(',');
const output = openSync(after('-o'), 'w');
const isJson = args.includes('-j');
const sign = process.env.LC_ALL === 'C' ? '.' : ',';
const nowNs = () => Number(process.hrtime.bigint());
const beganNs = nowNs();

let countedNs = 0;
let sinceNs = beganNs;
let isCounting = true;
let printedNs = 0;
let isHanging = false;

const watts = (event) => options.watts?.[event.slice('power/'.length, -1)] ?? 0;

function tick() {
  if (isHanging) return;
  const timeNs = nowNs();
  const totalNs = countedNs + (isCounting ? timeNs - sinceNs : 0);
  const runNs = totalNs - printedNs;
  printedNs = totalNs;
  const time = ((timeNs - beganNs) / 1e9).toFixed(9);
  const lines = events.flatMap((event) =>
    sockets.map((socket) => {
      const joules = (watts(event) * runNs) / 1e9;
      const value = runNs === 0 ? '<not counted>' : joules.toFixed(isJson ? 6 : 2).replace('.', sign);
      return isJson
        ? `{"interval" : ${time}, "socket" : "S${socket}", "aggregate-number" : 1, "counter-value" : "${value}", "unit" : "Joules", "event" : "${event}", "event-runtime" : ${Math.round(runNs)}, "pcnt-running" : 100.00}`
        : `     ${time.replace('.', sign)},S${socket},1,${value},Joules,${event},${Math.round(runNs)},100${sign}00,,`;
    }),
  );
  writeSync(output, `${lines.join('\n')}\n`);
}

if (args.includes('--control')) {
  const [control, acks] = after('--control').slice('fifo:'.length).split(',');
  const ack = openSync(acks, 'r+');
  createReadStream('', { fd: openSync(control, 'r+') }).on('data', (data) => {
    if (isHanging) return;
    for (const word of String(data).trim().split('\n')) {
      const timeNs = nowNs();
      if (word === 'disable' && isCounting) countedNs += timeNs - sinceNs;
      sinceNs = timeNs;
      isCounting = word === 'enable';
      writeSync(ack, 'ack\n\0');
    }
  });
}

const child = spawn(args.at(-1), { stdio: ['inherit', 'ignore', 'ignore'] });
// A thread that reads the control pipe would keep `exit` waiting.
const leave = () => process.kill(process.pid, 'SIGKILL');
child.on('exit', leave);
// Nobody reads what it prints any more: perf would end by SIGPIPE.
process.on('uncaughtException', leave);
setInterval(tick, Number(after('-I')));
if (options.diesAfterMs) setTimeout(leave, options.diesAfterMs);
if (options.hangsAfterMs) setTimeout(() => (isHanging = true), options.hangsAfterMs);
