// The rival of engineOverhead.ts: onnxruntime-node alone, in a loop as short as can be, with the session options that trials use.
process.env.ORT_DISABLE_TELEMETRY = '1';
const { InferenceSession, Tensor } = require('onnxruntime-node');
const [file, batch, side, threads, warmupSeconds, seconds] = [process.argv[2], ...process.argv.slice(3).map(Number)];

(async () => {
  const session = await InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    enableMemPattern: false,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const data = new Uint8Array(batch * 3 * side * side).fill(114);
  const loop = async (forSeconds) => {
    const start = process.hrtime.bigint();
    let batches = 0;
    let elapsed = 0;
    do {
      await session.run({ images: new Tensor('uint8', data, [batch, 3, side, side]) });
      batches++;
      elapsed = Number(process.hrtime.bigint() - start) / 1e9;
    } while (elapsed < forSeconds);
    return (batches * batch) / elapsed;
  };
  await loop(warmupSeconds);
  process.stdout.write(`${JSON.stringify({ imagesPerSecond: await loop(seconds) })}\n`);
})();
