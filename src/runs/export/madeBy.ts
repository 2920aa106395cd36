import { version } from '../../../package.json';

/** The program that exports, as a run names the one that measured: they need not be of one version. */
export const madeBy = `greenbatch ${version}`;
