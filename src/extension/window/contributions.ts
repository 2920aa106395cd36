/**
 * Every id that package.json and the code share, written once. A unit test holds this file and the manifest to each
 * other in both directions.
 */

export const commands = {
  profile: 'greenbatch.profile',
  reproducePaper: 'greenbatch.reproducePaper',
  stop: 'greenbatch.stop',
  resume: 'greenbatch.resume',
  addBlocks: 'greenbatch.addBlocks',
  openResults: 'greenbatch.openResults',
  compare: 'greenbatch.compare',
  export: 'greenbatch.export',
  doctor: 'greenbatch.doctor',
  openLog: 'greenbatch.openLog',
  showDetections: 'greenbatch.showDetections',
  createExample: 'greenbatch.createExample',
  deleteRun: 'greenbatch.deleteRun',
  refreshRuns: 'greenbatch.refreshRuns',
  showOlderRuns: 'greenbatch.showOlderRuns',
  copyFix: 'greenbatch.copyFix',
  openPipeline: 'greenbatch.openPipeline',
} as const;

/** Commands that only our own lenses, light bulbs and pages call: not in the manifest, so not in the palette. */
export const internalCommands = {
  apply: 'greenbatch.apply',
  profileStage: 'greenbatch.profileStage',
  solvePipeline: 'greenbatch.solvePipeline',
  importPipeline: 'greenbatch.importPipeline',
} as const;

/** Settings, without the prefix `greenbatch.`, and the type of each. */
export type Settings = {
  nodePath: string;
  cacheFolder: string;
  powercapRoot: string;
  'newExperiment.batchSizes': number[];
  'newExperiment.generatedImages': number;
  'panel.openOnRun': boolean;
  'panel.framesPerSecond': number;
  notifyWhenDone: 'always' | 'whenHidden' | 'never';
  'codeLens.enabled': boolean;
  'suggestions.enabled': boolean;
  'footprint.gridIntensity': string;
  'footprint.pricePerKilowattHour': string;
  'footprint.pue': number | null;
};
export const section = 'greenbatch';
export const settings: { readonly [K in keyof Settings]: `greenbatch.${K}` } = {
  nodePath: 'greenbatch.nodePath',
  cacheFolder: 'greenbatch.cacheFolder',
  powercapRoot: 'greenbatch.powercapRoot',
  'newExperiment.batchSizes': 'greenbatch.newExperiment.batchSizes',
  'newExperiment.generatedImages': 'greenbatch.newExperiment.generatedImages',
  'panel.openOnRun': 'greenbatch.panel.openOnRun',
  'panel.framesPerSecond': 'greenbatch.panel.framesPerSecond',
  notifyWhenDone: 'greenbatch.notifyWhenDone',
  'codeLens.enabled': 'greenbatch.codeLens.enabled',
  'suggestions.enabled': 'greenbatch.suggestions.enabled',
  'footprint.gridIntensity': 'greenbatch.footprint.gridIntensity',
  'footprint.pricePerKilowattHour': 'greenbatch.footprint.pricePerKilowattHour',
  'footprint.pue': 'greenbatch.footprint.pue',
};

/** Settings that name a program or a place on the machine: a workspace may not set them. */
export const machineSettings: readonly (keyof Settings)[] = ['nodePath', 'cacheFolder', 'powercapRoot'];

/** One that may name a file to read: a workspace may set it once it is trusted. */
export const trustedSettings: readonly (keyof Settings)[] = ['footprint.gridIntensity'];

export const views = { runs: 'greenbatch.runs' } as const;

/** Context keys that `when` clauses of the manifest read. */
export const contextKeys = {
  running: 'greenbatch.running',
  activeFile: 'greenbatch.activeFile',
  hasFix: 'greenbatch.hasFix',
} as const;

export const taskType = 'greenbatch';
export const panelType = 'greenbatch.run';
export const pipelinePanelType = 'greenbatch.pipeline';

export const tools = {
  profile: 'profile_energy',
  results: 'get_energy_results',
  compare: 'compare_energy_results',
} as const;

/** Virtual read-only documents: `greenbatch:/doctor.txt`. */
export const documentScheme = 'greenbatch';
