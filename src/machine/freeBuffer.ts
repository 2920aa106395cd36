import { MessageChannel, type MessagePort } from 'node:worker_threads';

let closed: MessagePort | null = null;

/**
 * Gives the memory of a buffer back at once; V8 frees it when it collects garbage, tens of megabytes later. Nothing can be
 * read from the buffer afterwards. `ArrayBuffer.transfer(0)` does the same from Node.js 21 on: what is sent through a closed
 * port is thrown away, with all that it carries.
 */
export function freeBuffer(buffer: ArrayBuffer): void {
  if (closed === null) {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    port1.close();
    closed = port1;
  }
  closed.postMessage(null, [buffer]);
}
