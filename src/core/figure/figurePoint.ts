import type { FigurePoint } from './figureSchema';

/** A point with what is given of it; what is not has neither interval nor label, share or size. */
export const figurePoint = (given: Pick<FigurePoint, 'x' | 'y' | 'words'> & Partial<FigurePoint>): FigurePoint => ({
  ...{ xLow: null, xHigh: null, yLow: null, yHigh: null },
  ...{ label: null, share: null, size: null },
  ...given,
});
