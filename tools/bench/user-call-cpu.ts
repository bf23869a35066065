import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { startAppKit } from './appkit-server';
import { median } from './benchmark';
import { cpuMicroseconds } from './process-cpu';
import type { RunningProcess } from './processes';
import { RunningApi } from './running-api';
import type { Scenario } from './scenario';

const CONNECTIONS = 50;
const SECONDS = 4;
const ROUNDS = 5;
/** Sockets to the workspace that the client's pool may hold (`connections` of its defaults). */
const POOL = 64;
const ESTABLISHED = '01';

/**
 * The least that a user's call costs: one file of 1 kB out of a volume, with the user's token, streamed through. Neither side
 * may answer it out of a cache, and the workspace behind both is the same one.
 */
export const userCallCpu: Scenario = {
  name: 'user-call-cpu',
  title: `CPU of the app's process for a call with the user's token: a file of 1 kB, ${CONNECTIONS} connections`,
  tell: async (log) => {
    const api = await RunningApi.start();
    const { workspace } = api.stack;
    const { userName } = workspace.personas.analyst;
    await workspace.createCatalog('bench');
    await workspace.createSchema('bench', 's');
    const folder = await workspace.createVolume('bench', 's', 'v');
    await workspace.grant('CATALOG', 'bench', userName, ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME']);
    await writeFile(join(folder, 'file.bin'), Buffer.alloc(1_000, 'lakescope '));
    const path = '/Volumes/bench/s/v/file.bin';
    const appkit = await startAppKit(api.stack, { volume: '/Volumes/bench/s/v' }, log);
    try {
      const headers = {
        'x-forwarded-access-token': await api.stack.token('analyst'),
        'x-forwarded-user': workspace.personas.analyst.userId,
        'x-forwarded-email': userName,
      };
      const sides = [
        {
          process: api.process,
          url: `${api.url}/api/v1/unity-catalog/files/content?path=${encodeURIComponent(path)}`,
          costs: [] as number[],
          rates: [] as number[],
          sockets: 0,
        },
        {
          process: appkit.process,
          url: `${appkit.url}/api/files/files/download?path=file.bin`,
          costs: [] as number[],
          rates: [] as number[],
          sockets: 0,
        },
      ];
      for (let round = -1; round < ROUNDS; round++) {
        for (const side of sides) {
          const { cost, rate, sockets } = await load(side.process, side.url, headers, workspace.port);
          if (round < 0) continue;
          side.costs.push(cost);
          side.rates.push(rate);
          side.sockets = Math.max(side.sockets, sockets);
        }
        log(`user-call-cpu: round ${round + 1} of ${ROUNDS}`);
      }
      const [ours, theirs] = sides.map(({ costs, rates, sockets }) => ({
        cost: median(costs),
        rate: median(rates),
        sockets,
      }));
      if (ours === undefined || theirs === undefined) throw new Error('Two sides were measured');
      return [
        { what: 'CPU for a call, Lakescope', value: ours.cost, unit: 'us' },
        { what: 'CPU for a call, AppKit', value: theirs.cost, unit: 'us' },
        { what: 'Lakescope / AppKit', value: ours.cost / theirs.cost, unit: 'x', atMost: 0.333 },
        { what: 'calls a second, Lakescope', value: ours.rate, unit: 'calls/s' },
        { what: 'calls a second, AppKit', value: theirs.rate, unit: 'calls/s' },
        { what: 'connections to the workspace, Lakescope', value: ours.sockets, unit: 'sockets', atMost: POOL },
        { what: 'connections to the workspace, AppKit', value: theirs.sockets, unit: 'sockets' },
      ];
    } finally {
      await appkit.process.stop();
      await api.stop();
    }
  },
};

async function load(
  { child }: RunningProcess,
  url: string,
  headers: Record<string, string>,
  workspacePort: number,
): Promise<{ cost: number; rate: number; sockets: number }> {
  const before = cpuMicroseconds(child.pid ?? 0);
  const running = autocannon({ url, headers, connections: CONNECTIONS, duration: SECONDS });
  let sockets = 0;
  const look = setInterval(() => (sockets = Math.max(sockets, socketsTo(workspacePort, child.pid ?? 0))), 500);
  const result = await running;
  clearInterval(look);
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers that are not 200, ${result.errors} broken connections`);
  }
  const calls = result['2xx'];
  return {
    cost: (cpuMicroseconds(child.pid ?? 0) - before) / calls,
    rate: result.requests.average,
    sockets,
  };
}

/** Established connections of a process to a port (proc(5), `net/tcp`: addresses in hexadecimal, the inode in column 10). */
function socketsTo(port: number, pid: number): number {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        // Closed since it was listed.
        return [];
      }
    }),
  );
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([, , remote = '', state = '', , , , , , inode = '']) =>
        remote.endsWith(`:${wanted}`) && state === ESTABLISHED && inodes.has(inode),
    ).length;
}
