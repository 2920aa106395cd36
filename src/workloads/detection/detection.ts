import type { WorkloadRecord } from '../../core/run/events';

/** Object detection in images: what a run's log says of it. */
export const detection: WorkloadRecord = {
  name: 'detection',
  unit: 'image',
  phases: ['load', 'preprocess', 'inference', 'nms', 'evaluation'],
};
