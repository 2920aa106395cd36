/**
 * Short, unique names of models for people: a built-in name as it is, of a path the file's name, with as
 * many of its folders in front as tell it from the others (`a/best.onnx`, `b/best.onnx`).
 */
export function shortModelNames(models: readonly string[]): string[] {
  const segments = models.map((model) => model.split(/[\\/]+/).filter((part) => part !== '' && part !== '.'));
  const tail = (index: number, count: number) => segments[index]?.slice(-count).join('/') || models[index] || '';
  const taken = new Set<string>();
  return models.map((_, index) => {
    let count = 1;
    const isShared = () => models.some((_, other) => other !== index && tail(other, count) === tail(index, count));
    while (count < (segments[index]?.length ?? 0) && isShared()) count++;
    let name = tail(index, count);
    // Two ways to write one path (`x.onnx`, `./x.onnx`) have the same segments.
    for (let n = 2; taken.has(name); n++) name = `${tail(index, count)} #${n}`;
    taken.add(name);
    return name;
  });
}
