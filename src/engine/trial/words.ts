import { parseWord, type Word } from './protocol';

/** What the engine says to this process, in its order; a word that was heard is taken off by whoever answers it. */
export type Words = {
  readonly heard: Word[];
  /** Waits for the next one. */
  another(): Promise<void>;
};

/** Listens from now on: what is said while the work loads is not lost. */
export function listen(): Words {
  const heard: Word[] = [];
  let ring: () => void = () => undefined;
  process.on('message', (said) => {
    heard.push(parseWord(said));
    ring();
  });
  return { heard, another: () => new Promise<void>((done) => (ring = done)) };
}
