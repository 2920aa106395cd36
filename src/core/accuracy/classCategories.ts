import { cocoCategories } from './cocoCategories';

type Category = { id: number; name: string };

/**
 * Which category of a ground truth each class of a model is; undefined: none. Classes of YOLO labels by their number; COCO's
 * 80 by their order, where the names are COCO's (spellings differ between exports: `tv`, `tvmonitor`), mere numbers, or not
 * known; others by name, whatever its case, spaces and dashes.
 *
 * @param classNames by class index; null: not known
 * @param classes how many; null: not known (a model with suppression inside)
 * @throws RangeError where no class is a category
 */
export function categoriesOfClasses(
  classNames: readonly string[] | null,
  classes: number | null,
  categories: readonly Category[],
): (number | undefined)[] {
  const count = classNames?.length ?? classes;
  const isNumbered = categories.every(({ id, name }) => name === `class ${id}`);
  if (isNumbered) return Array.from({ length: count ?? categories.length }, (_, index) => index);
  if (isCoco(categories) && (count === cocoCategories.length || count === null) && mayBeCoco(classNames)) {
    return cocoCategories.map(({ id }) => id);
  }
  const byName = new Map(categories.map(({ id, name }) => [normalised(name), id]));
  const found = (classNames ?? []).map((name) => byName.get(normalised(name)));
  if (found.some((id) => id !== undefined)) return found;
  const listed = (names: readonly string[]) => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const model = classNames === null ? `${count ?? 'an unknown number of'} classes without names` : listed(classNames);
  throw new RangeError(
    `no class of the model (${model}) is a category of the annotations (${listed(categories.map(({ name }) => name))}): names must be equal`,
  );
}

/** All of COCO's categories or a part of them. */
function isCoco(categories: readonly Category[]): boolean {
  const names = new Map(cocoCategories.map(({ id, name }) => [id, name]));
  return categories.every(({ id, name }) => names.get(id) === name);
}

function mayBeCoco(classNames: readonly string[] | null): boolean {
  if (classNames === null || classNames.every((name) => /\d$/.test(name))) return true;
  const names = new Set(classNames.map(normalised));
  return cocoCategories.filter(({ name }) => names.has(normalised(name))).length >= cocoCategories.length / 2;
}

const normalised = (name: string) =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim();
