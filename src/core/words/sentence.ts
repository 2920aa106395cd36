/** With its full stop, where it has none and ends with no other mark. */
export const withFullStop = (text: string): string => text.replace(/[.?!…]?$/, (end) => end || '.');

/** With its capital and its full stop: a line of the terminal has neither. */
export const wholeSentence = (text: string): string => withFullStop(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
