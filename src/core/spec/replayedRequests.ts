/** A list of more would be as much work for whoever hands the requests out as for the server. */
export const mostReplayed = 1_000_000;

/** How many requests are replayed in so long, where the rate is all that is known: as many as it says, to the whole request. */
export const replayedRequests = (arrivalRate: number, seconds: number): number => Math.round(arrivalRate * seconds);
