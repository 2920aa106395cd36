import { beforeEach, expect, it, vi } from 'vitest';
import type { ToPipelinePage } from '../../../../src/core/panel/protocol/pipelineMessages';
import { type PipelineDeps, drivePipeline } from '../../../../src/extension/pipeline/drivePipeline';
import type { Resident } from '../../../../src/extension/program/program';
import { editor, Uri } from '../../../support/fakeEditor';

const made = vi.hoisted(() => ({
  saved: [] as ((document: { uri: unknown }) => void)[],
  done: [] as unknown[][],
  copied: '',
}));
vi.mock('vscode', async () => {
  const fake = await import('../../../support/fakeEditor');
  const never = () => ({ dispose() {} });
  return {
    ...fake,
    RelativePattern: Object,
    env: { clipboard: { writeText: async (text: string) => (made.copied = text) } },
    commands: { executeCommand: async (...args: unknown[]) => void made.done.push(args) },
    workspace: {
      ...fake.workspace,
      createFileSystemWatcher: () => ({ onDidChange: never, onDidCreate: never, onDidDelete: never, dispose() {} }),
      onDidGrantWorkspaceTrust: never,
      onDidSaveTextDocument(listener: (document: { uri: unknown }) => void) {
        made.saved.push(listener);
        return { dispose: () => void made.saved.splice(made.saved.indexOf(listener), 1) };
      },
    },
  };
});

const file = Uri.file('/workspace/video.pipeline.yaml');
const asked = {
  weights: { alpha: 1, beta: 0, gamma: 0, delta: 0 },
  slaSeconds: 1,
  load: 10,
  axes: ['cores', 'accuracy'],
};

type Fake = Resident & { said: string[]; answer(view: object): void; die(): void; isEnded: boolean };
function program(): Fake {
  let line: (text: string) => void = () => undefined;
  let end: Parameters<Resident['onEnd']>[0] = () => undefined;
  return {
    said: [],
    isEnded: false,
    say(text) {
      this.said.push(text);
    },
    onLine: (listener) => (line = listener),
    onEnd: (listener) => (end = listener),
    end() {
      this.isEnded = true;
    },
    answer: (view) => line(JSON.stringify({ view })),
    die: () => end(null, '', 'SIGKILL'),
  };
}

function bench() {
  const programs: Fake[] = [];
  const posted: ToPipelinePage[] = [];
  let receive: (message: unknown) => void = () => undefined;
  const webview = {
    postMessage: async (message: ToPipelinePage) => posted.push(message),
    onDidReceiveMessage: (listener: (message: unknown) => void) => {
      receive = listener;
      return { dispose() {} };
    },
  };
  const deps: PipelineDeps = {
    startSolver() {
      programs.push(program());
      return programs.at(-1)!;
    },
    told: (body) => body(),
  };
  const driven = drivePipeline(webview as never, file as never, deps);
  return { ...driven, programs, posted, page: (message: unknown) => receive(message) };
}

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(made, { saved: [], done: [], copied: '' });
  editor.written.clear();
});

it('tells a page nothing before it is there, then what there is so far, and answers what it asks', () => {
  const { programs, posted, page } = bench();
  programs[0]!.answer({ id: 0 });
  expect(posted).toEqual([]);
  page({ type: 'ready' });
  expect(posted).toEqual([
    { type: 'settings', strings: {}, file: 'file:///workspace/video.pipeline.yaml' },
    { type: 'view', id: null, view: { id: 0 } },
  ]);
  page({ type: 'ask', id: 9, asked });
  expect(programs[0]!.said).toEqual([JSON.stringify({ id: 1, ...asked })]);
  programs[0]!.answer({ id: 1 });
  expect(posted.slice(2)).toEqual([{ type: 'busy' }, { type: 'view', id: 9, view: { id: 1 } }]);
});

it('gives a page that comes after another the view of the file, not the answer to the one before', () => {
  const { programs, posted, page } = bench();
  page({ type: 'ready' });
  programs[0]!.answer({ id: 0 });
  page({ type: 'ask', id: 1, asked });
  page({ type: 'ready' });
  programs[0]!.answer({ id: 1 });
  expect(posted.at(-1)).toEqual({ type: 'view', id: null, view: { id: 0 } });
});

it('says that the solver has died and is started again', () => {
  const { programs, posted, page } = bench();
  page({ type: 'ready' });
  programs[0]!.die();
  expect(posted.slice(-2)).toEqual([
    { type: 'restarted', text: 'The solver had ended (SIGKILL) and was started again.' },
    { type: 'busy' },
  ]);
  for (let i = 0; i < 2; i++) programs.at(-1)!.die();
  expect(posted.at(-1)).toEqual({ type: 'problem', text: 'SIGKILL', isDead: true });
  page({ type: 'ready' });
  expect(posted.at(-1)).toEqual({ type: 'problem', text: 'SIGKILL', isDead: true });
  page({ type: 'restart' });
  programs.at(-1)!.answer({ id: 0 });
  expect(posted.at(-1)).toEqual({ type: 'view', id: null, view: { id: 0 } });
});

it('reads the file anew once when it is saved several times at once, and no other', () => {
  const { programs } = bench();
  for (const uri of [file, file, Uri.file('/workspace/other.pipeline.yaml')]) for (const on of made.saved) on({ uri });
  vi.advanceTimersByTime(1000);
  expect(programs).toHaveLength(2);
  expect(programs[0]!.isEnded).toBe(true);
  for (const on of made.saved) on({ uri: Uri.file('/workspace/other.pipeline.yaml') });
  vi.advanceTimersByTime(1000);
  expect(programs).toHaveLength(2);
});

it('reads the file anew where a table is saved, which it may name', () => {
  const { programs } = bench();
  for (const on of made.saved) on({ uri: Uri.file('/workspace/profiles/detect.csv') });
  vi.advanceTimersByTime(1000);
  expect(programs).toHaveLength(2);
});

it('does what the page asks for with its own file alone, and passes over what is no message', () => {
  const { page, posted } = bench();
  for (const message of [null, 'profile', { type: 'profile', stage: 'a', file: '/etc/passwd' }, { type: 'run' }])
    page(message);
  expect(made.done).toEqual([]);
  page({ type: 'profile', stage: 'detect' });
  page({ type: 'openLog' });
  page({ type: 'copy', text: 'stages' });
  expect(made.done).toEqual([['greenbatch.profileStage', file, 'detect'], ['greenbatch.openLog']]);
  expect(made.copied).toBe('stages');
  expect(posted).toEqual([]);
});

it('writes the picture of a chart where the person says, under a name that is no path', async () => {
  const { page } = bench();
  const chart = { type: 'saveChart', format: 'csv', content: 'a,b\n1,2\n' };
  page({ ...chart, name: '../video-front.csv' });
  page({ ...chart, name: 'video-front.csv' });
  await vi.waitFor(() => expect([...editor.written]).toEqual([['/workspace/video-front.csv', chart.content]]));
});

it('ends its solver with the panel, and reads nothing anew from then on', () => {
  const { programs, refresh, detach } = bench();
  refresh();
  detach();
  vi.advanceTimersByTime(1000);
  expect(programs).toHaveLength(1);
  expect(programs[0]!.isEnded).toBe(true);
  expect(made.saved).toEqual([]);
});
