import { expect, it } from 'vitest';
import { capabilities } from '../../../src/machine/capabilities';

it('reads the effective set, and nothing out of nothing', () => {
  const of = (set: string) =>
    capabilities(`Name:\tnode\nCapPrm:\tffffffffffffffff\nCapEff:\t${set}\nCapBnd:\t000001ffffffffff\n`);
  expect(of('0000000000000000')).toEqual({ sysAdmin: false, perfmon: false });
  expect(of('0000004000000000')).toEqual({ sysAdmin: false, perfmon: true });
  expect(of('0000000000200000')).toEqual({ sysAdmin: true, perfmon: false });
  expect(of('000001ffffffffff')).toEqual({ sysAdmin: true, perfmon: true });
  expect(capabilities('')).toEqual({ sysAdmin: false, perfmon: false });
});
