/**
 * The candidate that a misspelt word most likely means, for "did you mean": within a third of its length in
 * edits, not minding case, `-` and `_`. undefined where none is near.
 */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const plain = (name: string) => name.toLowerCase().replace(/[-_\s]/g, '');
  const meant = plain(word);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const name = plain(candidate);
    // It takes at least so many edits: of thousands of names few are worth the look.
    if (Math.abs(name.length - meant.length) >= bestDistance) continue;
    const distance = editDistance(meant, name);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions and substitutions that turn a into b (Levenshtein, 1966; row by row after Wagner and Fischer). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
