import manifest from '../../../package.json';

/** The version that package.json names; bundled in. */
export const version: string = manifest.version;
