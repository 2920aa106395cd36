/**
 * What helps a source that cannot be used: in words, and as commands for a terminal of this machine; null where there is no such
 * thing. A line of words that begins with two blanks is an option or a command for elsewhere, and stays one line.
 */
export type Remedy = { advice: string | null; fix: string | null };

export const noRemedy: Remedy = { advice: null, fix: null };
export const advise = (advice: string): Remedy => ({ advice, fix: null });
export const fixWith = (fix: string): Remedy => ({ advice: null, fix });

/** One for all kinds: no driver and no permission helps. */
export const virtualMachine = advise(
  'A virtual machine has no energy counters: run on bare metal, or take the estimate',
);

/** Why a source is refused, in one paragraph: what is wrong, and each line of the advice. */
export const refusal = (kind: string, reason: string | null, { advice }: Remedy): string =>
  [`${kind} cannot be used: ${reason}`, ...(advice?.split('\n') ?? [])]
    .map((line) => (line.endsWith(':') ? line : `${line.trim()}.`))
    .join(' ');
