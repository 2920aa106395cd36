/** ln cost of one trial; its configuration by its place in a list. */
export type Observation = { configuration: number; block: number; lnCost: number };
