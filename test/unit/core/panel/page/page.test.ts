import { describe, expect, test } from 'vitest';
import { contentSecurityPolicy, panelHtml } from '../../../../../src/core/panel/page/page';

describe('the document', () => {
  const page = {
    nonce: '0123456789abcdef',
    scriptUri: 'https://x/a.js',
    styleUri: 'https://x/a.css',
    cspSource: 'https://x',
    title: '<b>"',
    language: 'en',
  };
  test('has a policy without unsafe parts, and nothing of it is markup', () => {
    expect(contentSecurityPolicy(page)).not.toMatch(/unsafe|\*/);
    expect(panelHtml(page)).toContain('<title>&lt;b&gt;&quot;</title>');
  });
  test.each(['', 'short', '"><script>alert(1)</script>'])('refuses the nonce %j', (nonce) => {
    expect(() => panelHtml({ ...page, nonce })).toThrow(/nonce/);
  });
});
