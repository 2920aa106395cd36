/** With its capital and its full stop: a line of the terminal has neither. */
export const wholeSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/[.?!…]?$/, (end) => end || '.')}`;
