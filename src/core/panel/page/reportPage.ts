import { plainLine } from '../../words/plain';
import { escapeHtml } from './page';
import type { ToPanel } from '../protocol/messages';

/**
 * The panel of a finished run as one file that needs nothing else: page, style and data. Outside an editor the page
 * plays the host itself (`webview/page/savedHost.ts`): it reads the messages out of the document.
 */
export type ReportPage = {
  /** Random, from a cryptographic source; letters, digits, `-` and `_` only. */
  nonce: string;
  /** The text of dist/report.js and dist/report.css. */
  script: string;
  style: string;
  messages: readonly ToPanel[];
  title: string;
};

/** Where the document holds its messages. */
export const messagesId = 'report-messages';

export function reportHtml({ nonce, script, style, messages, title }: ReportPage): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data:`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="${nonce}">
${themeRules}
${style.replaceAll('</style', '<\\/style')}
</style>
<title>${escapeHtml(plainLine(title, 300))}</title>
</head>
<body>
<div id="app"></div>
<script type="application/json" id="${messagesId}" nonce="${nonce}">${messagesJson(messages)}</script>
<script nonce="${nonce}">${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`;
}

/** JSON in which nothing can end the element around it; buffers as base64. */
function messagesJson(messages: readonly ToPanel[]): string {
  const json = JSON.stringify(messages, (_, value: unknown) =>
    value instanceof ArrayBuffer ? { base64: base64Of(new Uint8Array(value)) } : value,
  );
  return json.replaceAll('<', '\\u003c');
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** The variables that an editor's theme sets: those of its default light and dark themes that the page uses. */
const light = {
  'font-family': 'system-ui, "Segoe UI", Ubuntu, sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
  foreground: '#3b3b3b',
  'editor-background': '#ffffff',
  'editor-foreground': '#3b3b3b',
  descriptionForeground: '#616161',
  focusBorder: '#005fb8',
  'widget-border': '#e5e5e5',
  'editorWidget-background': '#f8f8f8',
  'charts-foreground': '#3b3b3b',
  'charts-lines': '#3b3b3b',
  'charts-red': '#c72e0f',
  'charts-blue': '#0063d3',
  'charts-yellow': '#895503',
  'charts-orange': '#b5540a',
  'charts-green': '#388a34',
  'charts-purple': '#652d90',
  'button-background': '#005fb8',
  'button-foreground': '#ffffff',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  'dropdown-background': '#ffffff',
  'dropdown-foreground': '#3b3b3b',
  'dropdown-border': '#cecece',
};
const dark: typeof light = {
  ...light,
  foreground: '#cccccc',
  'editor-background': '#1f1f1f',
  'editor-foreground': '#cccccc',
  descriptionForeground: '#9d9d9d',
  focusBorder: '#0078d4',
  'widget-border': '#313131',
  'editorWidget-background': '#202020',
  'charts-foreground': '#cccccc',
  'charts-lines': '#cccccc',
  'charts-red': '#f14c4c',
  'charts-blue': '#3794ff',
  'charts-yellow': '#cca700',
  'charts-orange': '#d18616',
  'charts-green': '#89d185',
  'charts-purple': '#b180d7',
  'button-background': '#0078d4',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'dropdown-background': '#313131',
  'dropdown-foreground': '#cccccc',
  'dropdown-border': '#3c3c3c',
};
/** Ink: black on white. */
const paper: typeof light = {
  ...light,
  foreground: '#000000',
  'editor-foreground': '#000000',
  descriptionForeground: '#404040',
  'widget-border': '#b0b0b0',
  'editorWidget-background': '#ffffff',
};
const rule = (variables: typeof light) =>
  `:root { ${Object.entries(variables)
    .map(([name, value]) => `--vscode-${name}: ${value};`)
    .join(' ')} }`;
const themeRules = `${rule(light)}\n@media (prefers-color-scheme: dark) { ${rule(dark)} }\n@media print { ${rule(paper)} }`;
