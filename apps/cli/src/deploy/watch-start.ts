import { setTimeout as delay } from 'node:timers/promises';
import { CommandFailed } from '../exit-code';
import { followLog } from '../logs/log-follower';
import { isAtLeast, lineText, type LogFrame } from '../logs/log-line';
import { callApp, jsonOf } from '../targets/call-app';
import { lookForApp } from '../targets/find-app';
import type { Target } from '../targets/target';
import type { Say } from './steps';

/** What the app writes when it is ready; docs/operations.md has the whole course of a start. */
export const READY_LINE = 'Application startup complete';
/** What it writes once the schema is its own, with how many migrations that took. */
const MIGRATIONS_LINE = /\bMigrations applied \((\d+)\)/;

/** How an app came up. */
export interface Start {
  /** Who said that it is ready; undefined: nobody did. */
  readonly readyBy: 'log' | 'health' | undefined;
  /** Why it never will be: it crashed. */
  readonly crash: string | undefined;
  /** Lines of the log that tell of a fault, the last ones. */
  readonly faults: readonly string[];
  /** Migrations it applied, by its log; undefined: the log does not say. */
  readonly migrations: number | undefined;
}

const LOOK_MS = 500;
/** The state of the app at the platform changes rarely. */
const LOOKS_PER_STATE = 4;
const KEPT_FAULTS = 20;
const PROBE_PATIENCE_MS = 5_000;
/** Clocks of the platform and lines that were written a moment before the deployment's own time. */
const SLACK_SECONDS = 1;
/** What is written just before the end of a process takes a moment to come. */
const LAST_WORDS_MS = 2_000;

/**
 * Follows the log from the time of the deployment on until the app says that it is ready, and asks `/health` beside it for whoever may not
 * read the log. Ends early when the platform says that the app crashed. `since` in milliseconds since 1970.
 */
export async function watchStart(
  target: Target,
  origin: URL,
  { since, patienceMs }: { since: number; patienceMs: number },
  say: Say,
): Promise<Start> {
  const over = new AbortController();
  const patience = AbortSignal.timeout(patienceMs);
  const signal = AbortSignal.any([over.signal, patience]);
  const told = new ToldByLog(since);
  const reading = readLog(target, told, signal, say);
  let start: Pick<Start, 'readyBy' | 'crash'> = { readyBy: undefined, crash: undefined };
  try {
    for (let look = 0; !signal.aborted && start.readyBy === undefined && start.crash === undefined; look++) {
      if (await isReady(target, origin)) start = { readyBy: told.isReady ? 'log' : 'health', crash: undefined };
      else if (look % LOOKS_PER_STATE === 0) start = { readyBy: undefined, crash: await crashOf(target) };
      if (start.readyBy === undefined) await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
    await lastWords(told, start, signal);
    if (start.readyBy === 'health' && told.isReady) start = { ...start, readyBy: 'log' };
    return { ...start, faults: told.faults, migrations: told.migrations };
  } finally {
    over.abort();
    await reading;
  }
}

/** What `/ready` gives as the reason, e.g. of the database; undefined when it gives none. */
export async function whyNotReady(target: Target, origin: URL): Promise<string | undefined> {
  try {
    const answer = await callApp(target, origin, { method: 'GET', path: '/ready', patienceMs: PROBE_PATIENCE_MS });
    const { detail } = (jsonOf(answer) ?? {}) as { detail?: unknown };
    return typeof detail === 'string' ? detail.slice(0, 300) : undefined;
  } catch (error) {
    if (error instanceof CommandFailed) return error.message;
    throw error;
  }
}

/** What the log has said since then, for an app that did not come up. No faults when it cannot be read. */
export async function toldSince(
  target: Target,
  since: number,
  patienceMs: number,
): Promise<Pick<Start, 'faults' | 'migrations'>> {
  const told = new ToldByLog(since);
  await readLog(target, told, AbortSignal.timeout(patienceMs), () => undefined);
  return { faults: told.faults, migrations: told.migrations };
}

/** What the log has said since a deployment began. */
export class ToldByLog {
  readonly faults: string[] = [];
  /** Of all starts together: one that crashed may have applied some. */
  migrations: number | undefined;
  isReady = false;

  constructor(private readonly since: number) {}

  add(frame: LogFrame): void {
    const { timestamp, message } = frame;
    // The log goes on over deployments: what the one before said is no news of this one.
    if (timestamp === undefined || timestamp < this.since / 1000 - SLACK_SECONDS) return;
    if (message.includes(READY_LINE)) this.isReady = true;
    const applied = MIGRATIONS_LINE.exec(message)?.[1];
    if (applied !== undefined) this.migrations = (this.migrations ?? 0) + Number(applied);
    if (!isFault(frame)) return;
    this.faults.push(lineText(frame).slice(0, 1_000));
    if (this.faults.length > KEPT_FAULTS) this.faults.shift();
  }
}

/** A line of ours of level error or above, or the words of an exception that nobody caught. */
function isFault(frame: LogFrame): boolean {
  const text = frame.message.trimStart();
  if (text.startsWith('{')) return isAtLeast('error', frame);
  return /^(?:Uncaught|Unhandled|Traceback|(?:[A-Z]\w*)?(?:Error|Exception)\b|node:internal|.*\b(?:crashed|exited with|Cannot find)\b)/.test(
    text,
  );
}

async function readLog(target: Target, told: ToldByLog, signal: AbortSignal, say: Say): Promise<void> {
  try {
    await followLog(target, { signal, onLine: (frame) => told.add(frame), note: () => undefined });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    // Whoever may deploy an app may not always read its log; `/health` says the most important of it.
    say(`the log cannot be followed: ${error.message}`);
  }
}

async function isReady(target: Target, origin: URL): Promise<boolean> {
  try {
    const answer = await callApp(target, origin, { method: 'GET', path: '/health', patienceMs: PROBE_PATIENCE_MS });
    const { phase } = (jsonOf(answer) ?? {}) as { phase?: unknown };
    return answer.status === 200 && (phase === undefined || phase === 'ready');
  } catch (error) {
    if (error instanceof CommandFailed) return false;
    throw error;
  }
}

async function crashOf(target: Target): Promise<string | undefined> {
  const { state, message } = (await lookForApp(target))?.app_status ?? {};
  return state === 'CRASHED' ? (message ?? 'The app crashed.') : undefined;
}

async function lastWords(told: ToldByLog, start: Pick<Start, 'readyBy' | 'crash'>, signal: AbortSignal): Promise<void> {
  const until = performance.now() + LAST_WORDS_MS;
  const isWaitedFor = (): boolean => (start.crash === undefined ? !told.isReady : true);
  while (!signal.aborted && isWaitedFor() && performance.now() < until) {
    await delay(50, undefined, { signal }).catch(() => undefined);
  }
}
