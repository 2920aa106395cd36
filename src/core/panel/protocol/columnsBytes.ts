/** Bytes of `count` samples of `domains` domains: a Float64 time and one Float32 of watts for each domain. */
export function columnsBytes(count: number, domains: number): number {
  return count * (8 + 4 * domains);
}
