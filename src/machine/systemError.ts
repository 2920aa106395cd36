/** Whether it is the system that refused: no such file, no permission, a name too long, a circle of links; not a mistake of ours. */
export const isOfSystem = (error: unknown): boolean =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
