// The main job: measures the shipped example and shows its verdict. Arguments go to `greenbatch run`.
import { prepare, run } from './prepare.mjs';

prepare();
const args = process.argv.slice(2);
run(process.execPath, ['dist/cli.js', 'run', ...(args.length ? args : ['media/example/first-sweep.energy.yaml'])]);
