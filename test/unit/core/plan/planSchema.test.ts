import { expect, it } from 'vitest';
import { planJson, planSchema } from '../../../../src/core/plan/planSchema';
import { foreseen, planFrom, smallMachine } from '../../../support/plans';

it('holds every plan: of a machine here, of one that is described, of a workload that foresees nothing', () => {
  const machine = { ...smallMachine('speeds: [{ model: a, batchSize: 1, imageSize: 320, msPerImage: 3 }]') };
  const missing = [{ kind: 'disk' as const, what: 'room', where: '/cache', how: null, blocks: true }];
  for (const plan of [
    planFrom(),
    planFrom({ batchSizes: [1, 4096] }, { missing, notes: ['a note'] }),
    planFrom({}, { foreseen: null }),
    planFrom(
      { measure: { order: 'listed', scope: 'end-to-end' } },
      { machine, foreseen: foreseen(['yolov7-tiny'], { passUnits: 64 }) },
    ),
    planFrom({}, { machine: { ...machine, described: false, sockets: null, speeds: null, mostTensorBytes: 1e9 } }),
  ]) {
    const json: unknown = JSON.parse(JSON.stringify(planJson(plan)));
    expect(planSchema.parse(json)).toEqual(json);
  }
});
