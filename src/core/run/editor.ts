/** Pid of the editor's process that started an engine; what that one takes in the windows is recorded beside the engine's own. */
export const editorVariable = 'GREENBATCH_EDITOR_PID';
