/** The parts of an end-to-end window, in their order. */
export const phaseNames = ['load', 'preprocess', 'inference', 'nms', 'evaluation'] as const;
export type PhaseName = (typeof phaseNames)[number];
