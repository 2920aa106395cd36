import type { ToPanel } from '../protocol/messages';

/** A picture of a run as a file: `energy.svg`, and its text. */
export type Picture = { name: string; svg: string };

/**
 * What dist/pictures.js exports: all charts and figures of a run, drawn by the code of the page, without a browser.
 *
 * @param messages what a page is told of the run, beginning with `run`
 */
export type PicturesModule = { picturesOf(messages: readonly ToPanel[]): Picture[] };
