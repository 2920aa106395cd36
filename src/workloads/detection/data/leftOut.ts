import { DatasetError } from './datasetError';

/** Entries of a file that cannot be used: they are left out and counted, the others are read. */
export class LeftOut {
  count = 0;
  private first = '';

  /** What `read` returns; null where it throws a `DatasetError`, which says what is wrong with the entry. */
  or<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      if (this.count++ === 0) this.first = error.message;
      return null;
    }
  }

  /** @throws DatasetError where entries were left out and none is left */
  requireSome(used: number, what: string): void {
    if (this.count > 0 && used === 0)
      throw new DatasetError(`${this.first} (none of the ${this.count} ${what} can be used)`);
  }

  /** @param what entries, in plural */
  warnings(what: string): string[] {
    if (this.count === 0) return [];
    return [
      `${this.count} ${what} cannot be used and ${this.count === 1 ? 'is' : 'are'} left out; the first: ${this.first}`,
    ];
  }
}
