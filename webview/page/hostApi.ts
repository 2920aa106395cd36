/** What the editor gives a page to talk to its extension host; it may be asked for once. */

type VsCodeApi = { postMessage(message: unknown): void; getState(): unknown; setState(state: unknown): void };
declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export const postMessage = (message: unknown): void => api.postMessage(message);

/** What a person chose, kept while the panel is hidden and over a reload. Never data. */
export function loadState(): unknown {
  return api.getState();
}

let pending: ReturnType<typeof setTimeout> | null = null;
export function saveState(state: object): void {
  if (pending) clearTimeout(pending);
  pending = setTimeout(() => api.setState(state), 200);
}
