/** What the suite checks inside the editor, by the session in which it does; `suite.ts` must have each. */
export const scenarios = {
  /** A workspace without runs, trusted. */
  first: [
    'is not active before it is needed, and then activates in milliseconds',
    'has every command of its manifest',
    'writes an experiment for a model and measures it from end to end with the estimate',
    'opens the panel of the run, and shows it in the list',
    'shows the last result above a file, and writes a greener batch size that can be undone',
    'helps while an experiment is written: problems with their mends, hovers, completions',
    'says in the log and not by an exception what is wrong with an experiment',
    'answers a language model with the results of the run',
    'offers the experiment as a task',
    'draws what a model finds onto a copy of an image, and opens it',
    'measures a model that is fixed to one image and batch size at the first try, and the mended file as last time',
    'leaves a run going when the window closes',
  ],
  /** The same workspace after the extension host has died, while that run goes on. */
  again: [
    'finds the run that goes on again, and follows it',
    'stops it, and keeps what was measured',
    'goes on with it where it was stopped',
  ],
  /** The same workspace, not trusted. */
  untrusted: [
    'measures nothing, and starts no program',
    'still shows results',
    'goes on answering beside runs and models of somebody who wishes it ill',
  ],
} as const;

export type Phase = keyof typeof scenarios;
export type Outcome = { title: string; ms: number; error: string | null; note?: string };
