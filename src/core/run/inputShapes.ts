import { type ShapeRun, shapeRuns } from '../detection/rectShapes';
import type { Size } from '../spec/spec';

/** Takes down the sizes of a window's inputs, where they vary. */
export type InputShapes = {
  /** So many units went in together. */
  add(units: number, size: Size): void;
  /** A step is over: the shapes of the first are kept, since all have the same. */
  stepEnded(): void;
  /** As `trial.window` has it; nothing where no size was told. */
  told(): { pixelsPerUnit?: number; inputs?: ShapeRun[] };
};

export function createInputShapes(): InputShapes {
  const first: Size[] = [];
  let [steps, units, pixels] = [0, 0, 0];
  return {
    add(more, size) {
      units += more;
      pixels += more * size.height * size.width;
      if (steps === 0) first.push(size);
    },
    stepEnded: () => void steps++,
    told: () => (units === 0 ? {} : { pixelsPerUnit: pixels / units, inputs: shapeRuns(first) }),
  };
}
