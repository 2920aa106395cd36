import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { eventsFile, runsFolder, workspaceOf } from '../../runs/store/folders';
import { peekOf, type RunPeek, peekRun } from '../../runs/index/peekRun';
import { leaseFile, type Sightings } from '../../runs/ownership/lease';
import { isActive, listRunFolders } from '../../runs/store/runFolder';
import { type LiveRun, openLiveRun } from './liveRun';

/** The runs of the open folders, and those of them that go on now. */
export type Runs = {
  /** Newest first. */
  folders(): string[];
  peek(folder: string): RunPeek;
  /** The shared reader of a run; whoever asked gives it back with `release`. */
  open(folder: string): { live: LiveRun; release(): void };
  running(): LiveRun[];
  /** A run by its id, the beginning of its id, its folder, or `latest`; null when there is none or several fit. */
  find(text: string): string | null;
  /** A run was started here, or goes on again. */
  started(folder: string): void;
  /** Looks for runs that others have started or deleted. */
  refresh(): void;
  /** The run that changed; undefined: the list did. */
  readonly onDidChange: vscode.Event<string | undefined>;
  readonly onDidEnd: vscode.Event<LiveRun>;
  dispose(): void;
};

/** Workspaces besides the open folders in which runs were started from here: a repository within a folder keeps its own. */
const placesKey = 'places';

export function createRuns(memory: vscode.Memento): Runs {
  const changed = new vscode.EventEmitter<string | undefined>();
  const ended = new vscode.EventEmitter<LiveRun>();
  const shared = new Map<string, { live: LiveRun; users: number }>();
  const running = new Map<string, { live: LiveRun; release(): void }>();
  const peeks = new Map<string, { stamp: string; peek: RunPeek }>();
  const sightings: Sightings = new Map();
  const watchers: vscode.Disposable[] = [];

  const places = (): string[] => {
    const open = (vscode.workspace.workspaceFolders ?? []).filter((f) => f.uri.scheme === 'file');
    const remembered = memory.get<string[]>(placesKey, []);
    return [...new Set([...open.map((f) => workspaceOf(f.uri.fsPath)), ...remembered])];
  };
  const folders = () =>
    places()
      .flatMap(listRunFolders)
      .sort((a, b) => (basename(a) < basename(b) ? 1 : -1));

  const open = (folder: string) => {
    const entry = shared.get(folder) ?? { live: openLiveRun(folder), users: 0 };
    shared.set(folder, entry);
    entry.users++;
    let held = true;
    return {
      live: entry.live,
      release() {
        if (!held) return;
        held = false;
        entry.users--;
        if (entry.users > 0) return;
        entry.live.dispose();
        shared.delete(folder);
      },
    };
  };

  const follow = (folder: string) => {
    const known = running.get(folder);
    if (known) return known.live.wake();
    const opened = open(folder);
    running.set(folder, opened);
    opened.live.wake();
    const off = opened.live.onChange((events) => {
      if (!isActive(opened.live.status()) || opened.live.problem() !== null) {
        off();
        running.delete(folder);
        ended.fire(opened.live);
        opened.release();
      }
      // Power samples alone change nothing in a list.
      if (events.length > 0 || !running.has(folder)) changed.fire(folder);
    });
    changed.fire(undefined);
  };

  const peek = (folder: string): RunPeek => {
    // Each event changes the log of a run that goes on: it is followed anyway, and need not be read as a whole each time.
    const followed = running.get(folder)?.live;
    const run = followed?.run();
    if (followed && run && followed.problem() === null)
      return peekOf(folder, run, { status: followed.status(), host: followed.host() });
    const stamp = stampOf(folder);
    const cached = peeks.get(folder);
    // Whether an engine is still alive does not show in its log.
    if (cached && cached.stamp === stamp && !isActive(cached.peek.status)) {
      return cached.peek;
    }
    const made = peekRun(folder, sightings);
    peeks.set(folder, { stamp, peek: made });
    return made;
  };

  /** Follows what goes on, a few runs at a time: a thousand old ones must not hold up the extension host. */
  const findRunning = async () => {
    const all = folders();
    for (let i = 0; i < all.length; i += 20) {
      for (const folder of all.slice(i, i + 20)) {
        if (isActive(peek(folder).status)) follow(folder);
      }
      await new Promise((done) => setImmediate(done));
    }
  };

  const watchPlaces = () => {
    while (watchers.length > 0) watchers.pop()?.dispose();
    for (const place of places()) {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(runsFolder(place)), '*/events.jsonl');
      const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
      watchers.push(
        watcher,
        watcher.onDidCreate((uri) => follow(dirname(uri.fsPath))),
        watcher.onDidDelete(() => changed.fire(undefined)),
      );
    }
  };
  const refresh = () => {
    watchPlaces();
    changed.fire(undefined);
    void findRunning();
  };
  const foldersChanged = vscode.workspace.onDidChangeWorkspaceFolders(refresh);

  watchPlaces();
  void findRunning();
  return {
    folders,
    peek,
    open,
    running: () => [...running.values()].map((entry) => entry.live),
    find(text) {
      const all = folders();
      if (text === 'latest') return all[0] ?? null;
      const fitting = all.filter((folder) => folder === text || basename(folder).startsWith(text));
      return fitting.find((folder) => basename(folder) === text) ?? (fitting.length === 1 ? fitting[0]! : null);
    },
    started(folder) {
      const place = dirname(dirname(dirname(folder)));
      if (!places().includes(place)) {
        void memory.update(placesKey, [...memory.get<string[]>(placesKey, []), place]);
        watchPlaces();
      }
      follow(folder);
    },
    refresh,
    onDidChange: changed.event,
    onDidEnd: ended.event,
    dispose() {
      for (const disposable of [...watchers, foldersChanged, changed, ended]) disposable.dispose();
      for (const { live } of shared.values()) live.dispose();
      shared.clear();
      running.clear();
    },
  };
}

/** A lease that is renewed shows that an engine is at work on another machine, though the clocks say that it is over. */
function stampOf(folder: string): string {
  try {
    const { size, mtimeMs } = statSync(eventsFile(folder));
    return `${size} ${mtimeMs} ${statSync(leaseFile(folder), { throwIfNoEntry: false })?.mtimeMs}`;
  } catch {
    return 'gone';
  }
}
