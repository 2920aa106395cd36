/** Folders of the packages that a bundle holds code of, from esbuild's metafile. */
export function packagesOf(metafile: { inputs: Record<string, unknown> }): string[];
/** Folders of all packages in a `node_modules` folder. */
export function packagesIn(nodeModules: string): string[];
/** One text with name, version, source and licence of each package. Throws where a package has no licence text. */
export function noticesOf(folders: readonly string[]): string;
