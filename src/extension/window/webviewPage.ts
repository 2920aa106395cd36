import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { panelHtml } from '../../core/panel/page/page';

/** What a panel may load: the bundles and our pictures. */
export function webviewOptions(extension: vscode.Uri): vscode.WebviewOptions {
  const resources = [vscode.Uri.joinPath(extension, 'dist'), vscode.Uri.joinPath(extension, 'media')];
  return { enableScripts: true, localResourceRoots: resources };
}

/** @param bundle the page is dist/`bundle`.js and dist/`bundle`.css */
export function webviewPage(webview: vscode.Webview, extension: vscode.Uri, bundle: string, title: string): string {
  const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', name)).toString();
  return panelHtml({
    nonce: randomBytes(24).toString('base64url'),
    scriptUri: uri(`${bundle}.js`),
    styleUri: uri(`${bundle}.css`),
    cspSource: webview.cspSource,
    title,
    language: vscode.env.language,
  });
}
