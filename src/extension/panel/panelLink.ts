import type { Findings } from '../../core/analysis/findingsSchema';
import type { Besides } from '../../core/analysis/besides';
import type { ModelAccuracy } from '../../core/report/report';
import type { FromPanel, PanelRun, PowerColumns, ToPanel } from '../../core/panel/protocol/messages';

/** Where the link takes from what it sends. */
export type LinkSource = {
  /** Made when it is to be sent; null while nothing is known. */
  run(): PanelRun | null;
  accuracies(): ModelAccuracy[];
  /** What was found in this run together with others; none while nobody asked. */
  findings(): Findings[];
  /** Those of the run as it was judged last; none before. */
  besides(): Besides;
  /** Rows of the power series so far. */
  powerRows(): number;
  powerColumns(fromRow: number, most: number): PowerColumns[];
};

export type PanelLink = {
  /** The run has changed: it is sent with one of the next frames. */
  runChanged(): void;
  /** Something else was found: it is sent with the next frame. */
  findingsChanged(): void;
  figuresChanged(): void;
  /** What `settings` tells is another: it is sent with the next frame. */
  settingsChanged(): void;
  /** What the page says about the flow (`ready`, `credit`). */
  received(message: Extract<FromPanel, { type: 'ready' | 'credit' }>): void;
  visible(isVisible: boolean): void;
  /** What the page has of the run; null: nothing, or it is not seen. */
  shownRun(): PanelRun | null;
  /** Sends what is due; called once a frame. */
  frame(nowMs: number): void;
};

/** Messages of the power series that may be under way. */
const creditsAtStart = 2;
/** Rows of one message: more than any plot has pixels, so peaks are all that is kept of what lies between. */
export const mostRows = 4000;
const runEveryMs = 250;
/** Making and sending the results of a long run may take at most one part in so many of the host's time. */
const runShare = 20;
/** The page calls itself disconnected after 5 s without a message. */
const aliveEveryMs = 2000;
/** A credit that has not come back for so long was lost with the page that had it. */
const lostAfterMs = 10_000;

/**
 * The flow from the host to a page over a connection that may be slow: what cannot be sent is merged, never queued.
 * While the page is hidden nothing is sent (it would not arrive); when it is shown it gets the whole history, thinned.
 */
export function createPanelLink(
  source: LinkSource,
  send: (message: ToPanel) => void,
  settings: () => ToPanel,
): PanelLink {
  let isReady = false;
  let isVisible = false;
  let credits = 0;
  let sentRow = 0;
  let replace = true;
  let runDirty = true;
  /** What the page has; null: nothing. */
  let sentRun: PanelRun | null = null;
  let sentAccuracies = 0;
  let findingsDirty = true;
  let figuresDirty = true;
  let settingsDirty = false;
  let runDueAt = Number.NEGATIVE_INFINITY;
  let powerSentAt = Number.NEGATIVE_INFINITY;
  let lastSentAt = Number.NEGATIVE_INFINITY;

  const hydrate = () => {
    credits = creditsAtStart;
    replace = true;
    runDirty = true;
    sentRun = null;
    sentAccuracies = 0;
    findingsDirty = figuresDirty = true;
    runDueAt = Number.NEGATIVE_INFINITY;
  };
  const post = (message: ToPanel, nowMs: number) => {
    lastSentAt = nowMs;
    send(message);
  };
  const sendPower = (nowMs: number) => {
    const rows = source.powerRows();
    if (credits === 0 && nowMs - powerSentAt > lostAfterMs) hydrate();
    const from = replace ? 0 : sentRow;
    if (credits === 0 || (rows === from && !(replace && rows > 0))) return;
    const columns = source.powerColumns(from, mostRows);
    const sent = columns.reduce((sum, c) => sum + c.count, 0);
    credits--;
    powerSentAt = nowMs;
    post({ type: 'power', mode: replace ? 'replace' : 'more', columns, decimated: sent < rows - from }, nowMs);
    replace = false;
    sentRow = rows;
  };

  return {
    runChanged() {
      runDirty = true;
    },
    findingsChanged() {
      findingsDirty = true;
    },
    figuresChanged() {
      figuresDirty = true;
    },
    settingsChanged() {
      settingsDirty = true;
    },
    received(message) {
      if (message.type === 'credit') {
        credits = Math.min(creditsAtStart, credits + 1);
        return;
      }
      isReady = true;
      hydrate();
      settingsDirty = false;
      send(settings());
    },
    visible(now) {
      if (now && !isVisible) hydrate();
      isVisible = now;
    },
    shownRun: () => (isVisible ? sentRun : null),
    frame(nowMs) {
      if (!isReady || !isVisible) return;
      if (settingsDirty) {
        settingsDirty = false;
        post(settings(), nowMs);
      }
      if (runDirty && nowMs >= runDueAt) {
        const begun = performance.now();
        const run = source.run();
        if (run) {
          runDirty = false;
          if (sentRun === null) post({ type: 'run', run }, nowMs);
          else {
            const change = changedParts(sentRun, run);
            if (Object.keys(change).length > 0) post({ type: 'change', change }, nowMs);
          }
          sentRun = run;
          const accuracies = source.accuracies();
          if (accuracies.length > sentAccuracies) post({ type: 'accuracy', accuracies }, nowMs);
          sentAccuracies = accuracies.length;
          runDueAt = nowMs + Math.max(runEveryMs, runShare * (performance.now() - begun));
        }
      }
      if (findingsDirty) {
        findingsDirty = false;
        const findings = source.findings();
        if (findings.length > 0) post({ type: 'findings', findings }, nowMs);
      }
      if (figuresDirty) {
        figuresDirty = false;
        const { figures, findings } = source.besides();
        if (figures.length + findings.length > 0) post({ type: 'figures', figures, findings }, nowMs);
      }
      sendPower(nowMs);
      if (nowMs - lastSentAt >= aliveEveryMs) post({ type: 'alive' }, nowMs);
    },
  };
}

/** A part is another one when it is another object; small ones are made anew each time, so they are compared. */
function changedParts(before: PanelRun, now: PanelRun): Partial<PanelRun> {
  const changed = (Object.keys(now) as (keyof PanelRun)[]).filter(
    (key) =>
      now[key] !== before[key] && !(key === 'progress' && JSON.stringify(now[key]) === JSON.stringify(before[key])),
  );
  return Object.fromEntries(changed.map((key) => [key, now[key]]));
}

/** Frames a second for a visible page: on a remote machine, whose messages cross a network, at most 4. */
export const framesPerSecond = (wanted: number, isRemote: boolean) => Math.min(Math.max(1, wanted), isRemote ? 4 : 10);
