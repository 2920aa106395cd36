/**
 * The document of the panel: an empty body that dist/webview.js fills. The host and the tests build it here alike, so
 * that both run under the same Content Security Policy. No data is written into it: the page asks with `ready`.
 */
export type PanelPage = {
  /** Random for every load, from a cryptographic source; letters, digits, `-` and `_` only. */
  nonce: string;
  /** Addresses of dist/webview.js and dist/webview.css, as the page may load them (`asWebviewUri`). */
  scriptUri: string;
  styleUri: string;
  /** `webview.cspSource`. */
  cspSource: string;
  title: string;
  /** Language of the texts, such as `vscode.env.language`. */
  language: string;
};

/** The policy: scripts by nonce only, no inline style but the toolkit's own, nothing from elsewhere. */
export function contentSecurityPolicy({ nonce, cspSource }: Pick<PanelPage, 'nonce' | 'cspSource'>): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join('; ');
}

/** @throws Error when the nonce could end the attribute that it stands in */
export function panelHtml(page: PanelPage): string {
  if (!/^[\w-]{16,}$/.test(page.nonce)) throw new Error('the nonce needs at least 16 letters, digits, - or _');
  const { nonce } = page;
  const [script, style, title, language] = [page.scriptUri, page.styleUri, page.title, page.language].map(escapeHtml);
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentSecurityPolicy(page))}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${style}">
<title>${title}</title>
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (c) => entities[c]!);
}
