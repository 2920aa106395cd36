/** Phases of a whole process that are no part of its work: it starts, loads what it needs, and ends. */
export const aroundWork: readonly string[] = ['start', 'model', 'exit'];
