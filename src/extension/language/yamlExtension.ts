import * as vscode from 'vscode';
import { settingOfOthers } from '../window/config';

/** Red Hat's YAML extension reads the schemas that ours contributes (`yamlValidation`). */
const yamlExtension = 'redhat.vscode-yaml';

/** Whether it is there and says of a file what its schema says. */
export function isDoneByYamlExtension(feature: 'validate' | 'hover' | 'completion', uri: vscode.Uri): boolean {
  // One that is only about to start will: whatever we said until then would stand there twice.
  const isThere = vscode.extensions.getExtension(yamlExtension) !== undefined;
  return isThere && settingOfOthers('yaml', feature, true, uri);
}
