import autocannon from 'autocannon';
import { startAppKit } from './appkit-server';
import { median } from './benchmark';
import { cpuMicroseconds } from './process-cpu';
import { RunningApi } from './running-api';
import { LINE_INPUTS, serveLine } from './served-line';
import type { Scenario } from './scenario';

const CONNECTIONS = 20;
const SECONDS = 4;
const ROUNDS = 5;
/** One at a time, in turns with the workspace itself: what a call takes when nobody else asks. */
const CALLS = 1_500;

interface Side {
  readonly pid: number;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly costs: number[];
  /** 99th percentile of the milliseconds of a call, of each round. */
  readonly latencies: number[];
}

/** An invocation of the smallest model, by the user's token, against AppKit's serving plugin and the workspace itself, on the same workspace. */
export const servingInvocations: Scenario = {
  name: 'serving-invocations',
  title: 'An invocation of a model: CPU of the process, and what is added to the call',
  tell: async (log) => {
    const api = await RunningApi.start({ servingDeployMilliseconds: 1 });
    const { workspace } = api.stack;
    await serveLine(api.stack);
    const appkit = await startAppKit(api.stack, { endpoint: 'line' }, log);
    try {
      const token = await api.stack.token('analyst');
      const forwarded = {
        'content-type': 'application/json',
        'x-forwarded-access-token': token,
        'x-forwarded-user': workspace.personas.analyst.userId,
        'x-forwarded-email': workspace.personas.analyst.userName,
      };
      const bare = JSON.stringify(LINE_INPUTS);
      const side = (pid: number | undefined, url: string, headers: Record<string, string>, body: string): Side => ({
        ...{ pid: pid ?? 0, url, headers, body },
        ...{ costs: [], latencies: [] },
      });
      const ours = side(
        api.process.child.pid,
        `${api.url}/api/v1/serving/endpoints/line/invocations`,
        forwarded,
        JSON.stringify({ inputs: LINE_INPUTS }),
      );
      const theirs = side(appkit.process.child.pid, `${appkit.url}/api/serving/invoke`, forwarded, bare);
      const direct = side(
        process.pid,
        `${workspace.url}/serving-endpoints/line/invocations`,
        { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        bare,
      );
      for (let round = -1; round < ROUNDS; round++) {
        for (const one of [ours, theirs]) {
          const cost = await load(one);
          if (round >= 0) one.costs.push(cost);
        }
        const latencies = await inTurns([direct, ours, theirs]);
        if (round >= 0) [direct, ours, theirs].forEach((one, index) => one.latencies.push(latencies[index] ?? NaN));
        log(`serving-invocations: round ${round + 1} of ${ROUNDS}`);
      }
      const [cost, otherCost] = [median(ours.costs), median(theirs.costs)];
      const added = median(ours.latencies) - median(direct.latencies);
      const otherAdded = median(theirs.latencies) - median(direct.latencies);
      return [
        { what: 'CPU for an invocation, Lakescope', value: cost, unit: 'us' },
        { what: 'CPU for an invocation, AppKit', value: otherCost, unit: 'us' },
        { what: 'CPU, Lakescope / AppKit', value: cost / otherCost, unit: 'x', atMost: 0.333 },
        { what: 'p99 of a direct call', value: median(direct.latencies), unit: 'ms' },
        { what: 'p99 added by Lakescope', value: added, unit: 'ms' },
        { what: 'p99 added by AppKit', value: otherAdded, unit: 'ms' },
        { what: 'p99 added, Lakescope / AppKit', value: added / otherAdded, unit: 'x', atMost: 0.5 },
      ];
    } finally {
      await appkit.process.stop();
      await api.stop();
    }
  },
};

/** Microseconds of the side's process for each call. */
async function load({ pid, url, headers, body }: Side): Promise<number> {
  const before = cpuMicroseconds(pid);
  const result = await autocannon({ url, headers, body, method: 'POST', connections: CONNECTIONS, duration: SECONDS });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers that are not 200, ${result.errors} broken connections`);
  }
  return (cpuMicroseconds(pid) - before) / result['2xx'];
}

/** One call to each in turn, so that whatever slows the machine down slows all of them; the 99th percentile of each. */
async function inTurns(sides: readonly Side[]): Promise<number[]> {
  const times = sides.map((): number[] => []);
  for (let call = 0; call < CALLS; call++) {
    for (const [index, { url, headers, body }] of sides.entries()) {
      const began = performance.now();
      const answer = await fetch(url, { method: 'POST', headers, body });
      await answer.arrayBuffer();
      if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
      times[index]?.push(performance.now() - began);
    }
  }
  return times.map((one) => one.sort((a, b) => a - b)[Math.floor(one.length * 0.99)] ?? NaN);
}
