import type { FromPipelinePage, ToPipelinePage } from '../../src/core/panel/protocol/pipelineMessages';
import { postMessage } from './hostApi';

/** The end of the page of a pipeline of the border to the extension host. */

export const postToPipeline = (message: FromPipelinePage): void => postMessage(message);

const types: Record<ToPipelinePage['type'], true> = {
  settings: true,
  view: true,
  busy: true,
  problem: true,
  restarted: true,
};

/** Listens, and asks for everything. Host and page come out of one package: messages are taken as they are. */
export function connectPipeline(onMessage: (message: ToPipelinePage) => void): void {
  window.addEventListener('message', (event: MessageEvent<ToPipelinePage | null>) => {
    if (event.data && Object.hasOwn(types, event.data.type)) onMessage(event.data);
  });
  postToPipeline({ type: 'ready' });
}
