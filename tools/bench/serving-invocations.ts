import { SeededRandom } from '@lakescope/server-testing';
import autocannon from 'autocannon';
import { startAppKit } from './appkit-server';
import { median } from './benchmark';
import { added, callInTurn, spread, type Asked, type Round } from './calls-in-turn';
import { cpuMicroseconds, machineTime, type MachineTime } from './process-cpu';
import { RunningApi } from './running-api';
import { LINE_INPUTS, serveLine } from './served-line';
import type { Outcome, Scenario } from './scenario';

const CONNECTIONS = 20;
const SECONDS = 4;
const LOADS = 5;
/** One at a time, in turns with the workspace itself: what a call takes when nobody else asks. Of each side 60 calls are slower than the p99. */
const ROUNDS = 30;
const TURNS = 200;
const SEED = 1;

interface Side extends Asked {
  readonly pid: number;
  readonly costs: number[];
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
      const ours: Side = {
        pid: api.process.child.pid ?? 0,
        url: `${api.url}/api/v1/serving/endpoints/line/invocations`,
        headers: forwarded,
        body: JSON.stringify({ inputs: LINE_INPUTS }),
        costs: [],
      };
      const theirs: Side = {
        pid: appkit.process.child.pid ?? 0,
        url: `${appkit.url}/api/serving/invoke`,
        headers: forwarded,
        body: bare,
        costs: [],
      };
      const direct: Asked = {
        url: `${workspace.url}/serving-endpoints/line/invocations`,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: bare,
      };
      for (let round = -1; round < LOADS; round++) {
        for (const one of [ours, theirs]) {
          const cost = await load(one);
          if (round >= 0) one.costs.push(cost);
        }
        log(`serving-invocations: load ${round + 1} of ${LOADS}`);
      }
      const sides = [direct, ours, theirs];
      await callInTurn(sides, TURNS);
      const bench = [process.pid, ours.pid, theirs.pid];
      const before = machineTime(bench);
      const rounds: Round[] = [];
      while (rounds.length < ROUNDS) {
        rounds.push(await callInTurn(sides, TURNS));
        if (rounds.length % 10 === 0) log(`serving-invocations: round ${rounds.length} of ${ROUNDS}`);
      }
      return [...costs(ours, theirs), ...latencies(rounds), ...disturbances(before, machineTime(bench))];
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

function costs(ours: Side, theirs: Side): Outcome[] {
  const [cost, otherCost] = [median(ours.costs), median(theirs.costs)];
  return [
    { what: 'CPU for an invocation, Lakescope', value: cost, unit: 'us' },
    { what: 'CPU for an invocation, AppKit', value: otherCost, unit: 'us' },
    { what: 'CPU, Lakescope / AppKit', value: cost / otherCost, unit: 'x', atMost: 0.333 },
  ];
}

function latencies(rounds: readonly Round[]): Outcome[] {
  const [tail, middle] = [added(rounds, 0.99), added(rounds, 0.5)];
  const { low, high } = spread(rounds, (drawn) => added(drawn, 0.99).ratio, new SeededRandom(SEED));
  return [
    { what: 'p99 of a direct call', value: tail.direct, unit: 'ms' },
    { what: 'p99 added by Lakescope', value: tail.ours, unit: 'ms' },
    { what: 'p99 added by AppKit', value: tail.theirs, unit: 'ms' },
    { what: 'p99 added, Lakescope / AppKit', value: tail.ratio, unit: 'x', atMost: 0.5 },
    { what: 'the same with rounds drawn anew, 5th percentile', value: low, unit: 'x' },
    { what: 'the same with rounds drawn anew, 95th percentile', value: high, unit: 'x' },
    { what: 'median of a direct call', value: middle.direct, unit: 'ms' },
    { what: 'median added by Lakescope', value: middle.ours, unit: 'ms' },
    { what: 'median added by AppKit', value: middle.theirs, unit: 'ms' },
    { what: 'median added, Lakescope / AppKit', value: middle.ratio, unit: 'x' },
    { what: 'calls of each', value: rounds.length * TURNS, unit: 'calls' },
  ];
}

/** How much of the machine was busy with something else while calls were timed, Postgres included: what a tail may come from as well. */
function disturbances(before: MachineTime, after: MachineTime): Outcome[] {
  const share = (part: keyof MachineTime): number =>
    (100 * (after[part] - before[part])) / (after.total - before.total);
  return [
    { what: 'processors meanwhile: taken by other processes', value: share('others'), unit: '%' },
    { what: 'processors meanwhile: taken by the host', value: share('stolen'), unit: '%' },
  ];
}
