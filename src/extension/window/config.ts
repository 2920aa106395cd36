import * as vscode from 'vscode';
import { section, type Settings } from './contributions';

/** The value of one setting; `scope` is the file that it is asked for, where a folder may have its own. */
export function setting<K extends keyof Settings>(key: K, scope?: vscode.Uri): Settings[K] {
  // package.json has a default for each, so there is always a value.
  return vscode.workspace.getConfiguration(section, scope).get(key) as Settings[K];
}

/** Whether a change touches one of these settings. */
export function affects(event: vscode.ConfigurationChangeEvent, ...keys: (keyof Settings)[]): boolean {
  return keys.some((key) => event.affectsConfiguration(`${section}.${key}`));
}

/** A setting of another extension, which may not be there: then `usual`. */
export function settingOfOthers<T>(others: string, key: string, usual: T, scope: vscode.Uri): T {
  return vscode.workspace.getConfiguration(others, scope).get(key, usual);
}
