import { idleWattsPerCore } from '../../src/core/pipeline/evaluate';
import type { PipelineOption, PipelineProblem } from '../../src/core/pipeline/problem';
import type { Configuration } from '../../src/core/pipeline/simulation/simulatePipeline';

/**
 * The simulation of src/core/pipeline/simulation a second time, from its description alone and built otherwise: each replica and each
 * request is an object, all of them are looked at for what happens next, and nothing is counted until the end. For options of
 * which each variant has one batch size, so that partial batches cost as much as full ones.
 */
export type NaivePipeline = {
  problem: PipelineProblem;
  /** Ascending. */
  arrivals: readonly number[];
  seconds: number;
  intervalSeconds: number;
  dropSeconds: number;
  startSeconds: number;
  /** For each interval. */
  configurations: readonly Configuration[];
};

export type NaiveRequest = {
  arrived: number;
  /** When it came into the stage where it is. */
  came: number;
  end: { at: number; how: 'served' | 'dropped' } | null;
  accuracies: number[];
};

type Replica = {
  option: PipelineOption;
  from: number;
  readyAt: number;
  until: number;
  isWorking: boolean;
  isOld: boolean;
};
type Batch = {
  stage: number;
  option: PipelineOption;
  requests: NaiveRequest[];
  replica: Replica;
  freeAt: number;
  answerAt: number;
  isFree: boolean;
  isAnswered: boolean;
};
type NaiveStage = {
  queue: NaiveRequest[];
  replicas: Replica[];
  wanted: number;
  /** What replicas that serve now are set to. */
  option: PipelineOption;
  timeout: number;
  next: { option: PipelineOption; timeout: number; replicas: number };
};

const rounding = 1 + 1e-9;
const nextOf = (one: Batch) => Math.min(one.isFree ? Infinity : one.freeAt, one.isAnswered ? Infinity : one.answerAt);
const isAlike = (a: PipelineOption, b: PipelineOption) => a.variant === b.variant && a.cores === b.cores;

export function naivePipeline(input: NaivePipeline) {
  const { problem, seconds, intervalSeconds, startSeconds } = input;
  const limit = input.dropSeconds * rounding;
  const requests: NaiveRequest[] = [];
  const running: Batch[] = [];
  const gone: { option: PipelineOption; seconds: number }[] = [];
  let joules = 0;
  let now = 0;
  let interval = 0;

  const leave = (stage: NaiveStage, replica: Replica) => {
    stage.replicas = stage.replicas.filter((one) => one !== replica);
    gone.push({ option: replica.option, seconds: now - replica.from });
  };
  const order = (stage: NaiveStage, isFirst: boolean) => {
    const { option, replicas } = stage.next;
    for (const one of stage.replicas) if (one.readyAt > now && !isAlike(one.option, option)) leave(stage, one);
    const mine = () => stage.replicas.filter((one) => !one.isOld && isAlike(one.option, option));
    for (const one of mine().reverse()) if (one.readyAt > now && mine().length > replicas) leave(stage, one);
    const isChange = !stage.replicas.some((one) => one.readyAt <= now && !one.isOld && isAlike(one.option, option));
    for (let missing = replicas - mine().length; missing > 0; missing--)
      stage.replicas.push({
        ...{
          option,
          from: now,
          readyAt: isFirst ? now : now + startSeconds,
          until: now,
          isWorking: false,
          isOld: false,
        },
      });
    stage.wanted = isChange ? Infinity : replicas;
    settle(stage);
  };
  /** New kinds take over, surplus replicas that rest leave. */
  const settle = (stage: NaiveStage) => {
    const isReady = (one: Replica) => one.readyAt <= now && !one.isOld;
    const { option, timeout, replicas } = stage.next;
    if (stage.replicas.some((one) => isReady(one) && isAlike(one.option, option))) {
      for (const one of stage.replicas)
        if (isReady(one) && !isAlike(one.option, option)) {
          if (one.isWorking) one.isOld = true;
          else leave(stage, one);
        }
      stage.option = option;
      stage.timeout = timeout;
      stage.wanted = replicas;
    }
    for (const one of stage.replicas)
      if (isReady(one) && !one.isWorking && stage.replicas.filter(isReady).length > stage.wanted) leave(stage, one);
  };
  const start = () => {
    stages.forEach((stage, s) => {
      settle(stage);
      for (;;) {
        const replica = stage.replicas.find((one) => one.readyAt <= now && !one.isOld && !one.isWorking);
        const { batch, latencySeconds, joulesPerRequest, throughput } = stage.option;
        const isDue = (line: NaiveRequest[]) => line.length >= batch || now >= line[0]!.came + stage.timeout * rounding;
        if (!replica || stage.queue.length === 0 || !isDue(stage.queue)) return;
        const taken: NaiveRequest[] = [];
        while (taken.length < batch && stage.queue.length > 0) {
          const request = stage.queue.shift()!;
          if (now - request.arrived > limit) request.end = { at: now, how: 'dropped' };
          else taken.push(request);
        }
        if (taken.length === 0) continue;
        if (!isDue(taken)) {
          stage.queue = [...taken, ...stage.queue];
          continue;
        }
        replica.isWorking = true;
        joules += batch * joulesPerRequest;
        running.push({
          ...{ stage: s, option: stage.option, requests: taken, replica, answerAt: now + latencySeconds },
          ...{ freeAt: now + batch / throughput, isFree: false, isAnswered: false },
        });
      }
    });
  };
  const stages = problem.stages.map(({ options }, s): NaiveStage => {
    const { choice, timeoutSeconds } = input.configurations[0]!;
    const [option, timeout] = [options[choice[s]!.option]!, timeoutSeconds[s]!];
    const next = { option, timeout, replicas: choice[s]!.replicas };
    return { queue: [], replicas: [], wanted: 0, option, timeout, next };
  });
  for (const stage of stages) order(stage, true);

  let upcoming = 0;
  for (;;) {
    const end = Math.min(seconds, (interval + 1) * intervalSeconds);
    const later = (moments: number[]) => Math.min(Infinity, ...moments.filter((moment) => moment > now));
    const ready = later(stages.flatMap((stage) => stage.replicas.map((one) => one.readyAt)));
    const moves = Math.min(Infinity, ...running.map(nextOf));
    const arrival = input.arrivals[upcoming] ?? Infinity;
    const due = later(
      stages.flatMap((stage) => stage.queue.slice(0, 1).map((one) => one.came + stage.timeout * rounding)),
    );
    now = Math.min(end, ready, moves, arrival, due);
    if (now === end) {
      if (end === seconds) break;
      interval++;
      stages.forEach((stage, s) => {
        const { choice, timeoutSeconds } = input.configurations[interval]!;
        const option = problem.stages[s]!.options[choice[s]!.option]!;
        stage.next = { option, timeout: timeoutSeconds[s]!, replicas: choice[s]!.replicas };
        order(stage, false);
      });
    } else if (now === ready) {
      // `start` finds them.
    } else if (now === moves) {
      const at = running.findIndex((one) => nextOf(one) === now);
      const batch = running[at]!;
      if (!batch.isFree && batch.freeAt === now) {
        batch.isFree = true;
        batch.replica.isWorking = false;
        if (batch.replica.isOld) leave(stages[batch.stage]!, batch.replica);
      }
      if (!batch.isAnswered && batch.answerAt === now) {
        batch.isAnswered = true;
        for (const request of batch.requests) {
          request.accuracies.push(batch.option.accuracy);
          request.came = now;
          if (batch.stage + 1 < stages.length) stages[batch.stage + 1]!.queue.push(request);
          else request.end = { at: now, how: 'served' };
        }
      }
      if (batch.isFree && batch.isAnswered) running.splice(at, 1);
    } else if (now === arrival) {
      const request: NaiveRequest = { arrived: now, came: now, end: null, accuracies: [] };
      requests.push(request);
      stages[0]!.queue.push(request);
      upcoming++;
    }
    start();
  }
  for (const stage of stages) for (const one of stage.replicas) leave(stage, one);
  const held = (value: (option: PipelineOption) => number) =>
    gone.reduce((sum, one) => sum + value(one.option) * one.seconds, 0);
  const idleJoules = held((option) => idleWattsPerCore(option) * option.cores);
  return { requests, joules: joules + idleJoules, idleJoules, coreSeconds: held((option) => option.cores) };
}
