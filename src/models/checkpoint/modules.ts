import { ModelError } from '../modelError';
import { PickledObject, type PickleMap, type PickleValue, Tensor } from './pickleValue';

/** A network as its modules: dotted paths as in a state dict, e.g. `model.0.conv` and `model.0.conv.weight`. */
export type ModuleTree = { modules: Map<string, PickledObject>; tensors: Map<string, Tensor> };

/** Modules and tensors, wherever they stand. */
const mostParts = 100_000;
const deepest = 64;
const longestPath = 1000;

/**
 * Flattens PyTorch's tree of modules: `_modules` holds a module's children, `_parameters` and `_buffers` its tensors.
 *
 * @throws ModelError if it is deeper or larger than any network
 */
export function flattenModules(root: PickledObject, where: string): ModuleTree {
  const tree: ModuleTree = { modules: new Map(), tensors: new Map() };
  const open: { path: string; module: PickledObject; depth: number }[] = [{ path: '', module: root, depth: 0 }];
  let parts = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, module, depth } = next;
    if (depth > deepest) throw tooLarge(where);
    tree.modules.set(path, module);
    for (const kind of ['_parameters', '_buffers', '_modules']) {
      for (const [name, part] of attributeMap(module, kind)) {
        // A module, a dict or a name may stand in many places, so that a small file could unfold without end.
        if (++parts > mostParts || (typeof name === 'string' && path.length + name.length > longestPath))
          throw tooLarge(where);
        if (typeof name !== 'string') continue;
        if (kind !== '_modules' && part instanceof Tensor) tree.tensors.set(join(path, name), part);
        if (kind === '_modules' && part instanceof PickledObject)
          open.push({ path: join(path, name), module: part, depth: depth + 1 });
      }
    }
  }
  return tree;
}

export function attribute(module: PickledObject | undefined, name: string): PickleValue | undefined {
  return module?.state?.get(name);
}

function attributeMap(module: PickledObject, name: string): PickleMap {
  const value = attribute(module, name);
  return value instanceof Map ? value : new Map();
}

function tooLarge(where: string): ModelError {
  return new ModelError(`${where} has more nested modules than any network; take the file from its official source`);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
