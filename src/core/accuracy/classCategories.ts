import { cocoCategories } from './cocoCategories';

type Category = { id: number; name: string };

/**
 * Which category of the annotations each class of a model is, by name; where the annotations have only numbers (YOLO
 * labels) by number; where the model has only numbers by the ascending order of the categories' ids, if they are as many.
 *
 * @param names of the model's classes, in the order of their scores; null: not known
 * @param count of the model's classes; null: not known (it suppresses boxes itself)
 * @returns from class to category id; null for a class that the annotations do not have
 * @throws RangeError with what to do where neither tells
 */
export function categoriesOfClasses(
  { names, count }: { names: readonly string[] | null; count: number | null },
  categories: readonly Category[],
): (modelClass: number) => number | null {
  const ids = new Set(categories.map(({ id }) => id));
  const byNumber = (modelClass: number) => (ids.has(modelClass) ? modelClass : null);
  if (categories.every(({ id, name }) => name === `class ${id}`)) return byNumber;

  const byName = new Map(categories.map(({ id, name }) => [normalised(name), id]));
  if (names?.some((name) => byName.has(normalised(name)))) {
    const found = names.map((name) => byName.get(normalised(name)) ?? null);
    return (modelClass) => found[modelClass] ?? null;
  }
  const inOrder = categories.map(({ id }) => id).sort((a, b) => a - b);
  const isCoco = inOrder.length === cocoCategories.length && cocoCategories.every(({ id }, i) => inOrder[i] === id);
  if (names === null && (count === inOrder.length || (count === null && isCoco))) {
    return (modelClass) => inOrder[modelClass] ?? null;
  }
  const of = names
    ? `names its classes ${names.slice(0, 3).join(', ')} …`
    : `has ${count ?? 'an unknown number of'} classes without names`;
  throw new RangeError(
    `the model ${of}, the annotations have ${categories.length} categories (${categories
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ')} …): export it with its names (metadata "names"), or annotate the same classes`,
  );
}

/** Spelling, spaces and dashes differ between exports: `fire hydrant`, `fire_hydrant`, `Fire-Hydrant`. */
const normalised = (name: string) =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
