import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

/**
 * A named pipe that this thread reads or writes without ever being blocked by it. It is held open for both, so that neither
 * opening it elsewhere waits for this program, nor an end that is closed elsewhere is an end here.
 */
export type NamedPipe = {
  readonly path: string;
  /** What is in it at the moment; empty where there is nothing. */
  read(): string;
  /** Whether all of it went in. */
  write(text: string): boolean;
  close(): void;
};

/**
 * Makes pipes that this user alone can open.
 *
 * @throws Error where they cannot be made, or there is no program `mkfifo`
 */
export function makeNamedPipes(paths: readonly string[]): NamedPipe[] {
  const made = spawnSync('mkfifo', ['-m', '600', ...paths], { encoding: 'utf8', timeout: 5000 });
  if (made.error) throw made.error;
  if (made.status !== 0) throw new Error(made.stderr.trim() || 'mkfifo could not make a pipe');
  return paths.map(openNamedPipe);
}

const buffer = Buffer.alloc(65_536);

function openNamedPipe(path: string): NamedPipe {
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  return {
    path,
    read() {
      try {
        return buffer.toString('latin1', 0, readSync(fd, buffer));
      } catch {
        // EAGAIN: it is empty.
        return '';
      }
    },
    write(text) {
      try {
        return writeSync(fd, text) === text.length;
      } catch {
        return false;
      }
    },
    close: () => closeSync(fd),
  };
}
