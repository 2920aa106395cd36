import { expect, it } from 'vitest';
import { paperBibtex, toolBibtex, versionOf } from '../../../../src/core/report/citation';

it('cites program and paper in BibTeX whose braces close', () => {
  for (const text of [toolBibtex('0.4.1'), toolBibtex(null), paperBibtex]) {
    expect(text).toMatch(/^@\w+\{\w+,\n( {2}\w+ += \{.*\},\n)+\}$/);
    expect(text.split('{').length).toBe(text.split('}').length);
  }
  expect(toolBibtex('0.4.1')).toMatch(/^ {2}version += \{0\.4\.1\},$/m);
  expect(toolBibtex(null)).not.toContain('version');
});

it('takes the version from what a run calls its program', () => {
  expect(versionOf('greenbatch 0.4.1')).toBe('0.4.1');
  expect(versionOf('greenbatch 1.0.0-beta.2')).toBe('1.0.0-beta.2');
  expect(versionOf('greenbatch test')).toBeNull();
});
