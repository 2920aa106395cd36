import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
} from '@vscode/webview-ui-toolkit';
import { h, type Child, setLabel } from './dom';

/**
 * The one place that knows the component library. It is archived (its foundation was deprecated), so everything that
 * stands elsewhere is plain HTML, and what replaces it one day replaces this file.
 */

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeDropdown(), vsCodeOption(), vsCodeProgressRing());
}

type ButtonOptions = {
  /** Survives a redraw of the part around it, so that the keyboard stays where it was. */
  key: string;
  onClick: () => void;
  primary?: boolean;
  disabled?: boolean;
  /** Said instead of the text where the text alone does not tell. */
  label?: string;
};

export function button(content: Child, { key, onClick, primary, disabled, label }: ButtonOptions): HTMLElement {
  const element = h('vscode-button', { appearance: primary ? 'primary' : 'secondary', 'data-key': key }, content);
  if (disabled) element.setAttribute('disabled', '');
  // `aria-label` on the host is handed on to the button inside.
  if (label) setLabel(element, 'aria-label', label);
  element.addEventListener('click', () => {
    if (!element.hasAttribute('disabled')) onClick();
  });
  return element;
}

/** A list to choose from; `onChange` gets the value of the option. */
export function dropdown(
  label: string,
  options: { value: string; text: string }[],
  value: string,
  onChange: (value: string) => void,
): HTMLElement {
  const element = h(
    'vscode-dropdown',
    { 'aria-label': label },
    ...options.map((o) =>
      h('vscode-option', { value: o.value, ...(o.value === value ? { selected: '' } : {}) }, o.text),
    ),
  );
  element.addEventListener('change', () => onChange((element as HTMLElement & { value: string }).value));
  return element;
}

export function progressRing(label: string): HTMLElement {
  return h('vscode-progress-ring', { 'aria-label': label });
}
