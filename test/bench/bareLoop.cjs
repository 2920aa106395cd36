// The rival of engineOverhead.ts: onnxruntime-node alone, in a loop as short as can be, with the session options that trials use.
process.env.ORT_DISABLE_TELEMETRY = '1';
const { InferenceSession, Tensor } = require('onnxruntime-node');
const { readFileSync } = require('node:fs');
const [file, imagesFile] = process.argv.slice(2);
const [batch, side, threads, warmupSeconds, seconds] = process.argv.slice(4).map(Number);

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
  const images = new Uint8Array(readFileSync(imagesFile));
  const size = batch * 3 * side * side;
  const whole = Math.floor(images.length / size);
  const loop = async (forSeconds) => {
    const start = process.hrtime.bigint();
    let batches = 0;
    let elapsed = 0;
    do {
      const at = (batches % whole) * size;
      await session.run({ images: new Tensor('uint8', images.subarray(at, at + size), [batch, 3, side, side]) });
      batches++;
      elapsed = Number(process.hrtime.bigint() - start) / 1e9;
    } while (elapsed < forSeconds);
    return (batches * batch) / elapsed;
  };
  await loop(warmupSeconds);
  process.stdout.write(`${JSON.stringify({ imagesPerSecond: await loop(seconds) })}\n`);
})();
