import { ModelError } from '../modelError';
import { PickledObject, type PickleMap, type PickleValue, Tensor } from './pickleValue';

/** A network as its modules: dotted paths as in a state dict, e.g. `model.0.conv` and `model.0.conv.weight`. */
export type ModuleTree = { modules: Map<string, PickledObject>; tensors: Map<string, Tensor> };

const mostParts = 50_000;
const deepest = 64;

/**
 * Flattens PyTorch's tree of modules: `_modules` holds a module's children, `_parameters` and `_buffers` its tensors.
 *
 * @throws ModelError if it is deeper or larger than any network
 */
export function flattenModules(root: PickledObject, where: string): ModuleTree {
  const tree: ModuleTree = { modules: new Map(), tensors: new Map() };
  const open: { path: string; module: PickledObject; depth: number }[] = [{ path: '', module: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, module, depth } = next;
    if (depth > deepest) throw tooLarge(where);
    tree.modules.set(path, module);
    for (const kind of ['_parameters', '_buffers']) {
      for (const [name, tensor] of attributeMap(module, kind)) {
        // One module may stand in many places, so that a small file could unfold without end.
        if (tree.tensors.size > mostParts) throw tooLarge(where);
        if (typeof name === 'string' && tensor instanceof Tensor) tree.tensors.set(join(path, name), tensor);
      }
    }
    for (const [name, child] of attributeMap(module, '_modules')) {
      if (tree.modules.size + open.length > mostParts) throw tooLarge(where);
      if (typeof name === 'string' && child instanceof PickledObject)
        open.push({ path: join(path, name), module: child, depth: depth + 1 });
    }
  }
  return tree;
}

export function attribute(module: PickledObject | undefined, name: string): PickleValue | undefined {
  return module?.state?.get(name);
}

export function attributeMap(module: PickledObject, name: string): PickleMap {
  const value = attribute(module, name);
  return value instanceof Map ? value : new Map();
}

function tooLarge(where: string): ModelError {
  return new ModelError(`${where} has more nested modules than any network; take the file from its official source`);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
