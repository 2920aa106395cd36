import { isInUse } from '../../src/core/configuration/inUse';
import type { PanelRun } from '../../src/core/panel/protocol/messages';
import type { ConfigurationSummary } from '../../src/core/metrics/summarySchema';
import type { Judgement } from '../../src/core/analysis/verdict/judge';

/** The winner, and the same again where Apply would change something: it does not run already. */
export function winnerOf(page: { run: Pick<PanelRun, 'terms' | 'inUse'> | null; analysis: Judgement | null }): {
  chosen: ConfigurationSummary | null;
  toApply: ConfigurationSummary | null;
} {
  const { run, analysis } = page;
  const configurations = analysis?.configurations ?? [];
  const chosen = configurations.find((c) => c.id === analysis?.verdict.winner) ?? null;
  const current = run?.inUse ?? run?.terms.current;
  return { chosen, toApply: chosen && !isInUse(chosen, configurations, current) ? chosen : null };
}

/** The winner as it was shown last, what it rested on, and which one was shown before it. */
export type ShownWinner = {
  runId: string;
  terms: string;
  winner: string | null;
  blocks: number;
  /** Another one that was the winner at the same terms, from fewer blocks; null where there was none. */
  former: { winner: string; blocks: number } | null;
};

/** A winner that gives way to another one is said, never swapped in silence. */
export function showWinner(before: ShownWinner | null, now: Omit<ShownWinner, 'former'>): ShownWinner {
  if (before?.runId !== now.runId || before.terms !== now.terms) return { ...now, former: null };
  const gaveWay = before.winner !== null && before.winner !== now.winner;
  const former = gaveWay ? { winner: before.winner!, blocks: before.blocks } : before.former;
  return { ...now, former: former?.winner === now.winner ? null : former };
}
