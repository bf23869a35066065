import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { parse } from 'yaml';

/** What Node is told to start the API, as it is deployed. */
export const API = (parse(readFileSync('app.yaml', 'utf8')) as { command: string[] }).command.slice(1);

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  return address.port;
}

export interface RunningProcess {
  readonly child: ChildProcess;
  /** Milliseconds from spawn to the first 200 of the probed URL. */
  readonly startedInMs: number;
  stop(): Promise<void>;
}

/** Starts a Node script and waits until `url` answers 200. */
export async function startNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  url: string,
  deadlineMs = 60_000,
): Promise<RunningProcess> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4000)));
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - began > deadlineMs) {
      throw new Error(`${args.join(' ')} did not answer ${url}: ${complaint}`);
    }
    await new Promise((done) => setTimeout(done, 2));
  }
  return {
    child,
    startedInMs: performance.now() - began,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    // Nothing listens yet: that is what the caller waits for.
    return false;
  }
}

/** Resident memory in MB (10^6 bytes), from the kernel. */
export function residentMegabytes(child: ChildProcess): number {
  const pages = readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m)?.[1];
  if (!pages) throw new Error('The kernel tells no resident size for this process');
  return (Number(pages) * 1024) / 1e6;
}

/** Arguments of Node with which a server tells how late its event loop is. */
export const LOOP_DELAY = ['--require', resolve('dist/bench/loop-delay.cjs')] as const;

/** In milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Of the process since its start. */
  readonly cpuMicroseconds: number;
}

/** Of a server that was started with LOOP_DELAY, since it was last asked. */
export function loopDelay(child: ChildProcess): Promise<LoopDelay> {
  const told = new Promise<LoopDelay>((done) => child.once('message', (message) => done(message as LoopDelay)));
  child.send('report');
  return told;
}

/** The smallest Fastify server there is: the floor our API is held against. Where ROUTE is set it answers ANSWER, a JSON text, there. */
export const BARE_FASTIFY = [
  '-e',
  `const app = require('fastify')();
   app.get('/health', async () => ({ status: 'ok' }));
   const { ROUTE, ANSWER } = process.env;
   const answer = ANSWER && JSON.parse(ANSWER);
   if (ROUTE) app.get(ROUTE, async () => answer);
   app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });`,
];
