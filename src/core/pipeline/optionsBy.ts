/** Options by what they have in common, in their order: in one pass, for a stage may have thousands of variants. */
export function optionsBy<Option>(
  options: readonly Option[],
  keyOf: (option: Option) => string,
): Map<string, Option[]> {
  const by = new Map<string, Option[]>();
  for (const option of options) {
    const key = keyOf(option);
    const own = by.get(key);
    if (own) own.push(option);
    else by.set(key, [option]);
  }
  return by;
}
