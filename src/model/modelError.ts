/** Something about a model that its user can put right: wrong name, wrong size, no room. The message says how. */
export class ModelError extends Error {
  override readonly name: string = 'ModelError';
}
