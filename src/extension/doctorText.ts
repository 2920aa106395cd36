/** The commands that the doctor prints to open the counters; null where nothing needs to be done or can be. */
export function fixIn(text: string): string | null {
  const lines = text.split('\n');
  const start = lines.indexOf('To measure');
  if (start < 0) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith('  '));
  const fix = rest.slice(0, end < 0 ? rest.length : end).map((line) => line.slice(2));
  return fix.length > 0 ? fix.join('\n') : null;
}
