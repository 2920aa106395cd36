import { parentPort } from 'node:worker_threads';
import { createJudge, type ToJudge } from './judge';

/** The thread that judges for a panel: dist/judgeThread.js. */
const judge = createJudge();
parentPort!.on('message', (asked: ToJudge) => judge(asked, (message) => parentPort!.postMessage(message)));
