import { expect, it } from 'vitest';
import { applyEdits } from '../../../../src/core/configFiles/configFile';
import { nameRun } from '../../../../src/core/configFiles/pipelineEdit';

const named = (text: string, stage: number, gone: string | null = null) => {
  const edits = nameRun(text, stage, '20261123-000000-a-0000', gone);
  return edits && applyEdits(text, edits);
};

const two = '# mine\nload: 1\nstages:\n  - name: a # first\n    variant: x\n  - variant: y\n    name: "b"\n';

it('adds a run behind the name of its stage, and leaves all else as it is', () => {
  expect(named(two, 0)).toBe(two.replace('# first\n', '# first\n    profiles: [{ run: 20261123-000000-a-0000 }]\n'));
  expect(named(two, 1)).toBe(`${two}    profiles: [{ run: 20261123-000000-a-0000 }]\n`);
  expect(named(two.trimEnd(), 1)).toBe(`${two}    profiles: [{ run: 20261123-000000-a-0000 }]`);
  expect(named(`\uFEFF${two.replaceAll('\n', '\r\n')}`, 0)).toBe(
    `\uFEFF${two.replace('# first\n', '# first\n    profiles: [{ run: 20261123-000000-a-0000 }]\n').replaceAll('\n', '\r\n')}`,
  );
});

it('fills a list that is empty', () => {
  const text = 'stages:\n- name: a\n  profiles: [] # none\n';
  expect(named(text, 0)).toBe(text.replace('[]', '[{ run: 20261123-000000-a-0000 }]'));
});

it('names it in place of one that is gone', () => {
  const text = 'stages:\n- name: a\n  profiles:\n    - run: old # by hand\n    - run: r1\n';
  expect(named(text, 0, 'old')).toBe(text.replace('old', '20261123-000000-a-0000'));
  expect(named(text, 0, 'other')).toBeNull();
});

it('quotes what YAML would take for something else', () => {
  expect(applyEdits(two, nameRun(two, 0, '12', null)!)).toContain('profiles: [{ run: "12" }]');
});

it('leaves to a person what is written in another way', () => {
  expect(named('stages: [{ name: a }]\n', 0)).toBeNull();
  expect(named('stages:\n- name: a\n  profiles:\n    - table: a.csv\n', 0)).toBeNull();
  expect(named('stages: 7\n', 0)).toBeNull();
});
