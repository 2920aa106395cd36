/** Makes the rows of a network of the YOLOv7 family out of its few numbers. */

/** How the image is halved between two stages. */
type Transition = 'Conv' | 'DownC' | 'MP' | 'MPC' | null;

/**
 * An ELAN block: two 1×1 convolutions of one input, `depth` 3×3 convolutions in a chain behind the second,
 * a concat of some of them and a 1×1 convolution.
 */
export type Elan = {
  depth: number;
  /** What the concat takes of the chain: every second convolution (and both 1×1), or all. */
  takes: 'alternate' | 'all';
  /** Channels of the chain: as many as the 1×1 convolutions have, or half. */
  inner: 'same' | 'half';
};

export type Definition = {
  activation: 'silu' | 'leaky';
  /** Begin by space to depth. */
  reorg?: true;
  stem: readonly (readonly [channels: number, kernel: number, stride: number])[];
  elan: Elan;
  stages: readonly (readonly [Transition, channels: number, hidden: number, out: number])[];
  neck: readonly ['SPP' | 'SPPCSPC', channels: number];
  /** Deepest first. */
  up: readonly (readonly [lateral: number, hidden: number, out: number])[];
  headElan: Elan;
  down: readonly (readonly [Transition, channels: number, hidden: number, out: number])[];
  /** Each ELAN twice on the same input, and the sum. */
  double?: true;
  output: readonly ['Conv' | 'RepConv', channels: readonly number[]];
  /** Width, height pairs in pixels for each level, finest first. */
  anchors: readonly (readonly number[])[];
};

/** A row before it is text or cells; `from` is absolute, −1 the image. */
export type PlainRow = { from: number | number[]; module: string; args: (number | string | null)[] };

/** `headAt`: index of the first row of the head. */
export function expand(definition: Definition): { rows: PlainRow[]; headAt: number } {
  const rows: PlainRow[] = [];
  const add = (from: number | number[], module: string, ...args: PlainRow['args']): number =>
    rows.push({ from, module, args }) - 1;
  const conv = (from: number, channels: number, kernel = 1, stride = 1): number => {
    const leaky = definition.activation === 'leaky' ? [null, 1, 'nn.LeakyReLU(0.1)'] : [];
    return add(from, 'Conv', channels, kernel, stride, ...leaky);
  };
  const concat = (from: number[]): number => add(from, 'Concat', 1);

  const oneElan = (from: number, { depth, takes, inner }: Elan, hidden: number, out: number): number => {
    const chain = [conv(from, hidden), conv(from, hidden)];
    const channels = inner === 'half' ? hidden / 2 : hidden;
    for (let i = 0; i < depth; i++) chain.push(conv(chain.at(-1) ?? from, channels, 3));
    const taken = chain.filter((_, i) => takes === 'all' || i === 0 || i % 2 === 1);
    return conv(concat(taken.reverse()), out);
  };
  const elan = (from: number, shape: Elan, hidden: number, out: number): number => {
    const first = oneElan(from, shape, hidden, out);
    return definition.double ? add([oneElan(from, shape, hidden, out), first], 'Shortcut', 1) : first;
  };
  const transition = (from: number, kind: Transition, channels: number, skip?: number): number => {
    const behind = skip === undefined ? [] : [skip];
    if (kind === 'MPC') {
      const pooled = conv(add(from, 'MP'), channels / 2);
      const strided = conv(conv(from, channels / 2), channels / 2, 3, 2);
      return concat([strided, pooled, ...behind]);
    }
    const halved =
      kind === null
        ? from
        : kind === 'Conv'
          ? conv(from, channels, 3, 2)
          : kind === 'MP'
            ? add(from, 'MP')
            : add(from, kind, channels);
    return skip === undefined ? halved : concat([halved, skip]);
  };

  let top = definition.reorg ? add(-1, 'ReOrg') : -1;
  for (const [channels, kernel, stride] of definition.stem) top = conv(top, channels, kernel, stride);
  const stages: number[] = [];
  for (const [kind, channels, hidden, out] of definition.stages) {
    top = elan(transition(top, kind, channels), definition.elan, hidden, out);
    stages.push(top);
  }

  const headAt = rows.length;
  const [neck, neckChannels] = definition.neck;
  top = neck === 'SPP' ? pooledNeck(top, neckChannels) : add(top, neck, neckChannels);
  const skips = [top];
  definition.up.forEach(([lateral, hidden, out], i) => {
    const up = add(conv(top, lateral), 'nn.Upsample', null, 2, 'nearest');
    const side = conv(stages.at(-2 - i) ?? -1, lateral);
    top = elan(concat([side, up]), definition.headElan, hidden, out);
    skips.push(top);
  });
  const levels = [top];
  definition.down.forEach(([kind, channels, hidden, out], i) => {
    top = elan(transition(top, kind, channels, skips.at(-2 - i) ?? -1), definition.headElan, hidden, out);
    levels.push(top);
  });
  const [module, channels] = definition.output;
  const outputs = levels.map((level, i) =>
    module === 'Conv' ? conv(level, channels[i] ?? 0, 3) : add(level, module, channels[i] ?? 0, 3, 1),
  );
  add(outputs, 'Detect', 'nc', 'anchors');
  return { rows, headAt };

  function pooledNeck(from: number, channels: number): number {
    const side = conv(from, channels);
    const main = conv(from, channels);
    const pools = [5, 9, 13].map((kernel) => add(main, 'SP', kernel));
    const pyramid = conv(concat([...pools.reverse(), main]), channels);
    return conv(concat([pyramid, side]), channels);
  }
}
