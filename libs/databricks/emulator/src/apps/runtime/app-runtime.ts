import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppLog } from '../../app-logs/app-log';
import type { AppLimits } from '../app-limits';
import type { AppEnvironment } from './app-environment';
import { AppProcess } from './app-process';
import { DeploymentCancelled, DeploymentFailed } from './deployment-failed';

/** Something that can be started: files, a command and an environment. */
export interface Release {
  readonly deploymentId: string;
  readonly directory: string;
  readonly command: readonly string[];
  readonly environment: AppEnvironment;
}

export interface AppRuntimeParts {
  readonly log: AppLog;
  readonly limits: AppLimits;
  /** Told of every process, so that a workspace that was killed can clean up at its next start. */
  readonly noteProcess: (pid: number) => Promise<void>;
}

/** `app_status` of the API. */
export interface AppStatus {
  readonly state: 'RUNNING' | 'DEPLOYING' | 'CRASHED' | 'UNAVAILABLE';
  readonly message: string;
}

interface Running {
  readonly release: Release;
  readonly process: AppProcess;
  readonly port: number;
}

/** An app that ran this long had started well: its next crash is the first again. */
const GOOD_RUN_MS = 60_000;
const UNAVAILABLE: AppStatus = { state: 'UNAVAILABLE', message: 'App status is unavailable.' };
/** `$DATABRICKS_APP_PORT` is the only thing in a command that stands for something. */
const PORT_VARIABLE = /\$DATABRICKS_APP_PORT\b/g;

/** What runs of one app: at most one release answers, and the next is started beside it. */
export class AppRuntime {
  private running: Running | undefined;
  private condition: AppStatus = UNAVAILABLE;
  private crashes = 0;
  private restarting = new AbortController();
  /** Releases that are being stopped, or started again. */
  private readonly leaving = new Set<Promise<void>>();

  constructor(private readonly parts: AppRuntimeParts) {}

  get status(): AppStatus {
    return this.condition;
  }

  /** For whatever else is started for this app. */
  get noteProcess(): AppRuntimeParts['noteProcess'] {
    return this.parts.noteProcess;
  }

  /** Where requests go; undefined while nothing answers. */
  get target(): URL | undefined {
    return this.running === undefined ? undefined : new URL(`http://127.0.0.1:${this.running.port}`);
  }

  /**
   * Starts a release, and lets requests go to it once it answers; what ran until then is stopped after that. Throws
   * DeploymentFailed when it does not come up, and what ran goes on untouched.
   */
  async switchTo(release: Release, signal: AbortSignal): Promise<void> {
    const before = this.running;
    if (before === undefined) this.condition = { state: 'DEPLOYING', message: 'App is being deployed.' };
    let next: Running;
    try {
      next = await this.bringUp(release, signal);
    } catch (error) {
      // It may have crashed meanwhile, and be on its way up again by itself.
      if (this.condition.state === 'DEPLOYING') this.condition = UNAVAILABLE;
      throw error;
    }
    this.restarting.abort();
    this.restarting = new AbortController();
    this.crashes = 0;
    this.parts.log.write('SYSTEM', `App started successfully on port ${next.port}`);
    this.take(next);
  }

  /**
   * Starts what ran before, without anybody waiting for it to fail: resolves after the first attempt, and goes on trying as
   * after a crash.
   */
  async resume(release: Release): Promise<void> {
    this.condition = { state: 'DEPLOYING', message: 'App is being started.' };
    this.restarting.abort();
    this.restarting = new AbortController();
    const { signal } = this.restarting;
    const first = this.tryToRun(release, signal);
    this.keep(first.then(() => undefined));
    const failure = await first;
    if (failure === undefined || signal.aborted) return;
    this.crashes += 1;
    this.keep(this.startAgain(release, failure));
  }

  /** It cannot even be started, until somebody does something about it. */
  fail(message: string): void {
    this.condition = { state: 'CRASHED', message };
  }

  /** Does this once what has been replaced so far has ended. */
  afterLeaving(act: () => Promise<void>): void {
    this.keep(Promise.all(this.leaving).then(act));
  }

  /** Stops everything; resolves when no process is left. */
  async stop(): Promise<void> {
    this.restarting.abort();
    this.restarting = new AbortController();
    this.crashes = 0;
    const { running } = this;
    this.running = undefined;
    this.condition = UNAVAILABLE;
    if (running !== undefined) this.leave(running);
    await Promise.all(this.leaving);
  }

  private async bringUp(release: Release, signal: AbortSignal): Promise<Running> {
    const { log, limits } = this.parts;
    const port = await freePort();
    signal.throwIfAborted();
    const command = release.command.map((part) => part.replace(PORT_VARIABLE, String(port)));
    log.write('SYSTEM', `Starting app with command: ${JSON.stringify(command)}`);
    const { directory } = release;
    const child = AppProcess.start({ command, directory, environment: release.environment(port), log, source: 'APP' });
    await child.noted(this.parts.noteProcess);
    const outcome = await child.answers(port, limits.readyMilliseconds, signal);
    if (outcome === 'answers') return { release, process: child, port };
    await child.stop(outcome === 'over' ? limits.stopMilliseconds : 0);
    if (signal.aborted) throw new DeploymentCancelled('The app was stopped while it was starting.');
    const what =
      outcome === 'over'
        ? `App did not answer on port ${port} ($DATABRICKS_APP_PORT) within ${limits.readyMilliseconds / 1000} s.`
        : `App crashed while it was starting (${outcome}).`;
    throw new DeploymentFailed(what, { lastWords: child.lastWords() });
  }

  /** Requests go to this one from now on; whatever runs now is stopped: it may have been started again by itself. */
  private take(next: Running): void {
    const replaced = this.running;
    this.running = next;
    this.condition = { state: 'RUNNING', message: 'App has status: App is running' };
    const since = Date.now();
    void next.process.ended.then((how) => {
      if (this.running !== next) return;
      this.running = undefined;
      this.crashes = Date.now() - since > GOOD_RUN_MS ? 1 : this.crashes + 1;
      this.keep(this.startAgain(next.release, how));
    });
    if (replaced !== undefined) this.leave(replaced);
  }

  private leave({ process }: Running): void {
    const { log, limits } = this.parts;
    const left = process.stop(limits.stopMilliseconds).then((how) => {
      if (how === 'ended') return log.write('SYSTEM', 'The previous app process ended');
      log.write('SYSTEM', `The app did not end within ${limits.stopMilliseconds / 1000} s of SIGTERM and was killed`);
    });
    this.keep(left);
  }

  /** Until it answers, is replaced or is stopped: each crash in a row waits twice as long. */
  private async startAgain(release: Release, how: string): Promise<void> {
    const { log, limits } = this.parts;
    const { signal } = this.restarting;
    let reason = how;
    while (!signal.aborted) {
      const doubled = limits.restartFirstMilliseconds * 2 ** (this.crashes - 1);
      const wait = Math.min(doubled, limits.restartLongestMilliseconds);
      this.condition = { state: 'CRASHED', message: `App crashed (${reason}); starting it again in ${wait / 1000} s.` };
      log.write('SYSTEM', this.condition.message);
      await delay(wait, undefined, { signal }).catch(() => undefined);
      const failure = signal.aborted ? undefined : await this.tryToRun(release, signal);
      if (failure === undefined) return;
      this.crashes += 1;
      reason = failure;
    }
  }

  /** Undefined: it runs, or nobody wants it to any more; else why it does not. */
  private async tryToRun(release: Release, signal: AbortSignal): Promise<string | undefined> {
    try {
      const next = await this.bringUp(release, signal);
      if (signal.aborted) await next.process.stop(this.parts.limits.stopMilliseconds);
      else this.take(next);
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** What fails is told in the log: nobody waits for it who could be told. */
  private keep(work: Promise<void>): void {
    const { log } = this.parts;
    const kept: Promise<void> = work
      .catch((error: unknown) =>
        log.write('SYSTEM', `Failed: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => this.leaving.delete(kept));
    this.leaving.add(kept);
  }
}

/** A port of this machine that nobody has now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
