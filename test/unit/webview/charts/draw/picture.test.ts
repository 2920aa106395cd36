import { describe, expect, it } from 'vitest';
import { captionedPicture, wrapped } from '../../../../../webview/charts/draw/picture';
import { approximateTextWidth } from '../../../../../webview/charts/draw/textWidth';
import { noMarks } from '../../../../../webview/charts/plans/marks';
import { chartOptions, type ChartPlan, pointsDataset, seriesLook } from '../../../../../webview/charts/plans/plan';
import { paperTheme } from '../../../../../webview/look/paperTheme';

const plan: ChartPlan = {
  datasets: [
    pointsDataset(paperTheme, seriesLook(paperTheme, 0), 'a <b> & "c"', [
      { x: 1, y: 2, low: 1.5, high: 2.5, xLow: 0.5, xHigh: 1.5, label: 'b1', words: ['b1'] },
      { x: 3, y: 4, label: 'b2', words: ['b2'] },
    ]),
  ],
  options: chartOptions(paperTheme, { title: 'Latency (ms)' }, { title: 'Energy (J)' }, (p) => p.words ?? []),
  marks: noMarks,
  summary: 'Energy against latency.',
  table: () => ({ columns: [], rows: [] }),
  words: (p) => p.words ?? [],
};
const drawing = (text: string) => ({
  ...{ theme: paperTheme, width: 680, height: 300, measureText: approximateTextWidth, fitsText: true },
  ...{ title: text, caption: ['What it says.', text] },
});
const picture = (more: Partial<Parameters<typeof captionedPicture>[1]> = {}) =>
  captionedPicture(plan, { ...drawing('A title'), caption: ['What it says.', 'Source: run x'], ...more });

describe('a picture of a chart without a browser', () => {
  it('has its own ground, axes with units, names of points, title, caption, and words for those who do not see it', () => {
    const svg = picture();
    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="680" .*<rect width="100%" height="100%" fill="#ffffff"\/>/,
    );
    for (const text of ['Latency (ms)', 'Energy (J)', 'b1', 'b2', 'A title', 'What it says.', 'Source: run x']) {
      expect(svg, text).toContain(`>${text}</text>`);
    }
    expect(svg).toContain('<title>A title</title><desc>Energy against latency.</desc>');
  });

  it('is well formed, whatever names are in it, and asks for nothing from elsewhere', () => {
    const svg = picture({ title: '</svg><script>x</script> & "y"' });
    expect(svg).not.toMatch(/<script|href|url\((?!#)/);
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
    expect(svg).not.toMatch(/&(?!#\d+;)/);
    const endless = 'n'.repeat(100_000);
    expect(captionedPicture({ ...plan, summary: `a ${endless}` }, drawing(endless))).not.toMatch(/n{201}/);
  });

  it('is the same text whatever was drawn before, and shares no name with another picture but of the same clip', () => {
    const [first, other, again] = [picture(), picture({ width: 500 }), picture()];
    expect(again).toBe(first);
    const clips = (svg: string) =>
      new Map([...svg.matchAll(/<clipPath id="([^"]+)"(.*?)<\/clipPath>/g)].map(([, id, of]) => [id, of] as const));
    const [ofFirst, ofOther] = [clips(first), clips(other)];
    expect(ofFirst.size).toBeGreaterThan(2);
    for (const [id, of] of ofFirst) expect(ofOther.get(id) ?? of, id).toBe(of);
    for (const [, id] of first.matchAll(/url\(#([^)]+)\)/g)) expect([...ofFirst.keys()]).toContain(id);
  });

  it('gives every text the width that it was placed by', () => {
    const texts = [...picture().matchAll(/<text [^>]*>([^<]{2,})<\/text>/g)];
    expect(texts.length).toBeGreaterThan(8);
    for (const [whole] of texts) expect(whole).toMatch(/textLength="[\d.]+"/);
  });

  it('grows with its caption, whose lines are no wider than it', () => {
    const height = (svg: string) => Number(/height="(\d+)"/.exec(svg)![1]);
    expect(height(picture({ caption: ['word '.repeat(200)] }))).toBeGreaterThan(height(picture()) + 60);
    const lines = wrapped('aa bb cc dd', 5, (text) => text.length);
    expect(lines).toEqual(['aa bb', 'cc dd']);
    expect(wrapped('a verylongword b', 5, (text) => text.length)).toEqual(['a', 'verylongword', 'b']);
    expect(wrapped('', 5, (text) => text.length)).toEqual(['']);
  });
});
