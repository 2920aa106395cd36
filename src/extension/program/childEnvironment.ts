import { editorVariable } from '../../core/run/editor';
import { errorsVariable } from '../../core/failure/failureLine';

/** Variables of the editor's own processes, which would make a child behave like one of them. */
const ofTheEditor = /^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL_FD$)/;

/**
 * The environment of a started program. On a desktop the editor's executable is Electron, which is Node.js only with
 * ELECTRON_RUN_AS_NODE; elsewhere the variable does nothing. Empty settings leave the variable as it is.
 */
export function childEnvironment(
  env: NodeJS.ProcessEnv,
  { cacheFolder, powercapRoot }: { cacheFolder: string; powercapRoot: string },
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !ofTheEditor.test(name))),
    ELECTRON_RUN_AS_NODE: '1',
    ORT_DISABLE_TELEMETRY: '1',
    NO_COLOR: '1',
    [errorsVariable]: 'json',
    [editorVariable]: String(process.pid),
    ...(cacheFolder && { GREENBATCH_CACHE: cacheFolder }),
    ...(powercapRoot && { GREENBATCH_POWERCAP_ROOT: powercapRoot }),
  };
}
