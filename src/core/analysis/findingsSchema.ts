import * as z from 'zod';

/** An analysis as people see it, whichever it is: what terminal and page draw, and what crosses to the page. */
export const findingsSchema = z.strictObject({
  title: z.string(),
  /** Which runs it is of; `side`: 0 is what they call first, 1 second; left out: its place. */
  runs: z.array(
    z.strictObject({
      ...{ id: z.string(), name: z.string(), status: z.string() },
      side: z.int().optional(),
    }),
  ),
  sentence: z.string(),
  /** Without rows where nothing can be said. */
  table: z.strictObject({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  }),
  notes: z.array(z.string()),
});
export type Findings = z.infer<typeof findingsSchema>;
