import { resolveModel } from '../../src/models/cache/build';

/** Run by a test as a process of its own: waits for a moment, resolves one model, prints the result or the error. */
async function main(): Promise<void> {
  const [cacheDirectory = '', model = '', startAt = '0'] = process.argv.slice(2);
  // All processes of a test begin at once, however long each took to load.
  await new Promise((resolve) => setTimeout(resolve, Number(startAt) - Date.now()));
  const size = { height: 64, width: 64 };
  const resolved = await resolveModel(model, { size, input: 'uint8', seed: 1, cacheDirectory });
  process.stdout.write(JSON.stringify(resolved));
}

main().catch((error: unknown) => {
  process.stdout.write(JSON.stringify({ error: error instanceof Error ? `${error.name}: ${error.message}` : error }));
});
