import type { Theme } from '../look/theme';

const seriesColours = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];

export function readTheme(): Theme {
  const root = getComputedStyle(document.documentElement);
  const body = getComputedStyle(document.body);
  // A variable that is not defined reads as an empty text.
  const colour = (...names: string[]) =>
    names.map((name) => root.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '');
  const foreground = colour('editor-foreground', 'foreground') ?? body.color;
  const { classList } = document.body;
  return {
    background: colour('editor-background') ?? body.backgroundColor,
    foreground,
    faint: colour('descriptionForeground') ?? foreground,
    lines: colour('charts-lines', 'contrastBorder', 'widget-border') ?? foreground,
    focus: colour('focusBorder', 'contrastActiveBorder') ?? foreground,
    series: seriesColours.map((name) => opaque(colour(`charts-${name}`) ?? foreground)),
    limit: colour('charts-red', 'errorForeground') ?? foreground,
    chosen: colour('contrastActiveBorder', 'focusBorder', 'charts-foreground') ?? foreground,
    fontFamily: colour('font-family') ?? body.fontFamily,
    fontSize: Number.parseFloat(colour('font-size') ?? '') || 13,
    highContrast: classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light'),
    reducedMotion: classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
}

/** VS Code takes some of its chart colours from translucent highlights; a thin line of those cannot be seen. */
function opaque(colour: string): string {
  return colour
    .replace(/^(#[\da-f]{6})[\da-f]{2}$/i, '$1')
    .replace(/^rgba\(\s*([^,]+,[^,]+,[^,]+),[^,]+\)$/i, 'rgb($1)');
}

/** Calls back once a frame in which the theme changed: by the body's class, its attributes or the root's style. */
export function watchTheme(onChange: () => void): void {
  let waiting = false;
  const soon = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      onChange();
    });
  };
  const observer = new MutationObserver(soon);
  const attributes = {
    attributes: true,
    attributeFilter: ['class', 'style', 'data-vscode-theme-id', 'data-vscode-theme-kind'],
  };
  observer.observe(document.body, attributes);
  observer.observe(document.documentElement, attributes);
  matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', soon);
}
