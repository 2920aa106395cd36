/** `running on node-17`: what a run is doing, and on which machine where that is not the reader's own. */
export const statusText = ({ status, host }: { status: string; host: string | null }) =>
  host === null ? status : `${status} on ${host}`;
