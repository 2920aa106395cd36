import { cocoCategories } from './cocoCategories';

type Category = { id: number; name: string };

/** For each class of a model its category; undefined: none. `note` says what was assumed; null: nothing. */
export type ClassMatch = { categories: (number | undefined)[]; note: string | null };

/**
 * Which category of a ground truth each class of a model is. Classes of YOLO labels by their number; COCO's
 * 80 by their order, where the names are COCO's (spellings differ between exports: `tv`, `tvmonitor`), mere numbers, or not
 * known; a single class without a name is a single category; others by name, whatever its case, spaces and dashes.
 *
 * @param classNames by class index; null: not known
 * @param classes how many; null: not known (a model with suppression inside)
 * @param byNumber whether class 0 is the category with the lowest id, whatever the names
 * @throws RangeError where no class is a category
 */
export function categoriesOfClasses(
  classNames: readonly string[] | null,
  classes: number | null,
  categories: readonly Category[],
  byNumber = false,
): ClassMatch {
  const count = classNames?.length ?? classes;
  const isNumbered = categories.every(({ id, name }) => name === `class ${id}`);
  if (isNumbered) {
    return { categories: Array.from({ length: count ?? categories.length }, (_, index) => index), note: null };
  }
  const listed = (names: readonly string[]) => `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const sorted = [...categories].sort((a, b) => a.id - b.id);
  const ordered = Array.from({ length: count ?? sorted.length }, (_, index) => sorted[index]?.id);
  if (byNumber) {
    const pairs = sorted.slice(0, ordered.length).map(({ name }, i) => `${classNames?.[i] ?? i} = ${name}`);
    return { categories: ordered, note: `classes are matched with categories by number: ${listed(pairs)}` };
  }
  if (isCoco(categories) && (count === cocoCategories.length || count === null) && mayBeCoco(classNames)) {
    return { categories: cocoCategories.map(({ id }) => id), note: null };
  }
  const byName = new Map(categories.map(({ id, name }) => [normalised(name), id]));
  const found = (classNames ?? []).map((name) => byName.get(normalised(name)));
  if (found.some((id) => id !== undefined)) return { categories: found, note: null };
  if (count === 1 && sorted.length === 1 && (classNames ?? []).every(isNumber)) {
    const note = `the model’s single class has no name: it is taken for the single category of the annotations, ${sorted[0]!.name}`;
    return { categories: ordered, note };
  }
  const model = classNames === null ? `${count ?? 'an unknown number of'} classes without names` : listed(classNames);
  throw new RangeError(
    `no class of the model (${model}) is a category of the annotations (${listed(categories.map(({ name }) => name))}): names must be equal; "greenbatch evaluate" takes --classes-by-number where only the order is`,
  );
}

/** What exporters write that know no name: `0`, `class0`, `class_0`. */
const isNumber = (name: string) => /^(class)?[\s_-]*\d*$/i.test(name);

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
