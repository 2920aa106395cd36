/**
 * COCO numbers its 80 detection categories 1 to 90, with gaps; models trained on it number them 0 to 79 in the same
 * order. Names as in instances_val2017.json (COCO Consortium, CC BY 4.0).
 */
export const cocoCategories: readonly { id: number; name: string }[] = [
  [1, 'person bicycle car motorcycle airplane bus train truck boat'],
  [10, 'traffic_light fire_hydrant'],
  [13, 'stop_sign parking_meter bench bird cat dog horse sheep cow elephant bear zebra giraffe'],
  [27, 'backpack umbrella'],
  [31, 'handbag tie suitcase frisbee skis snowboard sports_ball kite baseball_bat baseball_glove skateboard'],
  [42, 'surfboard tennis_racket bottle'],
  [46, 'wine_glass cup fork knife spoon bowl banana apple sandwich orange broccoli carrot hot_dog pizza donut cake'],
  [62, 'chair couch potted_plant bed'],
  [67, 'dining_table'],
  [70, 'toilet'],
  [72, 'tv laptop mouse remote keyboard cell_phone microwave oven toaster sink refrigerator'],
  [84, 'book clock vase scissors teddy_bear hair_drier toothbrush'],
].flatMap(([first, names]) =>
  String(names)
    .split(' ')
    .map((name, i) => ({ id: Number(first) + i, name: name.replaceAll('_', ' ') })),
);

/** COCO's category id of a model's class 0…79. Throws `RangeError` for another number. */
export function cocoCategoryId(modelClass: number): number {
  const category = cocoCategories[modelClass];
  if (category === undefined)
    throw new RangeError(`class ${modelClass}: COCO models have 0 to ${cocoCategories.length - 1}`);
  return category.id;
}
