import { describe, expect, it } from 'vitest';
import { heat } from '../../../../src/engine/session/heat';
import { failure, fakeSession, type FakeSession } from '../../../support/fakeSession';

const start = ({ side }: FakeSession) => heat([side], 3);

describe('load after a rest', () => {
  it('lasts as long as the experiment says, else as the limits of the machine ask for, and measures nothing', async () => {
    for (const [heatSeconds, seconds] of [
      [42, 42],
      [undefined, 10],
    ] as const) {
      const session = fakeSession({ spec: { measure: { heatSeconds } } });
      await start(session);
      expect(session.jobs).toMatchObject([{ kind: 'measure', windows: 0, warmupSeconds: seconds }]);
      expect(session.log).toMatchObject([
        { type: 'step', step: 'heat', detail: `${seconds} s` },
        { type: 'machine.heated', beforeBlock: 3, seconds: 0.002 },
      ]);
    }
  });

  it('warms the machine up also where windows are whole processes, which do not', async () => {
    const session = fakeSession({ spec: { measure: { heatSeconds: 7, scope: 'process' } } });
    const prepared = { ...session.prepared, wholeProcess: true as const };
    await heat([{ m: session.measuring, prepared }], 3);
    expect(session.jobs).toMatchObject([{ kind: 'measure', windows: 0, warmupSeconds: 7, wholeProcess: false }]);
  });

  it('is that of the most threads and, of these, the smallest batch, which ends on time', async () => {
    const spec = { batchSizes: [8, 2], instances: [1, 2], threads: [1], measure: { heatSeconds: 1 } };
    const session = fakeSession({ spec });
    await start(session);
    expect(session.jobs).toMatchObject([{ batchSize: 2, instances: 2 }]);
    expect(session.log.at(-1)).toMatchObject({ configuration: 'a.onnx b2 i2 t1' });
  });

  it('that fails is told, and the block goes on', async () => {
    const session = fakeSession({ spec: { measure: { heatSeconds: 1 } }, trial: () => failure('exit') });
    await start(session);
    expect(session.run.warnings).toMatchObject([{ code: 'not-heated', message: expect.stringContaining('block 3') }]);
  });

  it('is none where the experiment wants none', async () => {
    const session = fakeSession();
    await start(session);
    expect(session.story()).toEqual([]);
  });
});
