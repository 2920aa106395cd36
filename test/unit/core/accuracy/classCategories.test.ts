import { describe, expect, it } from 'vitest';
import { categoriesOfClasses } from '../../../../src/core/accuracy/classCategories';
import { cocoCategories } from '../../../../src/core/accuracy/cocoCategories';

describe('categoriesOfClasses', () => {
  const coco = [...cocoCategories];
  const animals = [
    { id: 5, name: 'Dog' },
    { id: 9, name: 'cat' },
  ];

  it('maps COCO’s classes by order, also a part of its categories, also without names', () => {
    const categories = coco.map(({ id }) => id);
    const other = Array.from({ length: 80 }, (_, i) => `name ${i}`);
    expect(categoriesOfClasses(other, 80, coco)).toEqual({ categories, note: null });
    expect(categoriesOfClasses(null, null, coco.slice(3, 9))).toEqual({ categories, note: null });
  });

  it('maps others by name, and numbered ones by number', () => {
    const categories = [9, undefined, 5];
    expect(categoriesOfClasses(['cat', 'cow', 'dog'], 3, animals)).toEqual({ categories, note: null });
    const numbered = [0, 1].map((id) => ({ id, name: `class ${id}` }));
    expect(categoriesOfClasses(null, 3, numbered).categories).toEqual([0, 1, 2]);
    expect(() => categoriesOfClasses(null, 3, animals)).toThrow(
      /3 classes without names.*Dog, cat.*--classes-by-number/,
    );
  });

  it.each([[null], [['0']], [['class0']], [['class_0']], [['']]])(
    'takes a single class %j for a single category, and says so',
    (names) => {
      for (const category of [{ id: 7, name: 'widget' }, coco[0]!]) {
        const { categories, note } = categoriesOfClasses(names, 1, [category]);
        expect(categories).toEqual([category.id]);
        expect(note).toMatch(`has no name: it is taken for the single category of the annotations, ${category.name}`);
      }
      expect(() => categoriesOfClasses(names, 1, animals)).toThrow(/names must be equal/);
    },
  );

  it('does not take a named class for another category, unless by number', () => {
    const widget = [{ id: 7, name: 'widget' }];
    expect(() => categoriesOfClasses(['bolt'], 1, widget)).toThrow(/names must be equal/);
    expect(categoriesOfClasses(['bolt'], 1, widget, true)).toEqual({
      categories: [7],
      note: 'classes are matched with categories by number: bolt = widget',
    });
    const reversed = [...animals].reverse();
    expect(categoriesOfClasses(null, 3, reversed, true)).toEqual({
      categories: [5, 9, undefined],
      note: 'classes are matched with categories by number: 0 = Dog, 1 = cat',
    });
  });
});
