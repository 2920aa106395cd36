import { cocoCategories } from './cocoCategories';

type Category = { id: number; name: string };

/**
 * Which category of a ground truth each class of a model is; undefined: none. COCO's 80 classes by their order where the
 * categories are COCO's (or the file says nothing); classes of YOLO labels by their number; others by name, whatever its case.
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
  const cocoName = new Map(cocoCategories.map(({ id, name }) => [id, name]));
  const isCoco = categories.every(({ id, name }) => cocoName.get(id) === name);
  if (isCoco && (count === cocoCategories.length || count === null)) return cocoCategories.map(({ id }) => id);
  const isNumbered = categories.every(({ id, name }) => name === `class ${id}`);
  if (isNumbered) return Array.from({ length: count ?? categories.length }, (_, index) => index);
  const byName = new Map(categories.map(({ id, name }) => [name.toLowerCase(), id]));
  const found = (classNames ?? []).map((name) => byName.get(name.toLowerCase()));
  if (found.some((id) => id !== undefined)) return found;
  const listed = (names: readonly string[]) => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const model = classNames === null ? `${count ?? 'an unknown number of'} classes without names` : listed(classNames);
  throw new RangeError(
    `no class of the model (${model}) is a category of the annotations (${listed(categories.map(({ name }) => name))}): names must be equal`,
  );
}
