import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AppLogs } from '../../app-logs/app-log';
import { invalidParameter, ServiceRefusal } from '../../http/refusals';
import type { Principal } from '../../identity/directory';
import { settledWithin } from '../../processes/settled-within';
import type { AppCondition } from '../app-description';
import type { AppLimits } from '../app-limits';
import type { AppRegistry } from '../app-registry';
import type { DeploymentRequest } from '../app-request';
import type { StoredApp, StoredDeployment } from '../apps-document';
import type { OpenDoor } from './app-doors';
import { AppRuntime } from './app-runtime';
import { DeploymentCancelled } from './deployment-failed';
import type { Deployer } from './deployer';
import { HostedApp } from './hosted-app';
import { LeftoverProcesses } from './leftover-processes';

export interface AppHostParts {
  readonly registry: AppRegistry;
  readonly deployer: Deployer;
  readonly logs: AppLogs;
  readonly limits: AppLimits;
  /** Below it each app has a folder, with one folder for each deployment that may run. */
  readonly folder: string;
  /** How long compute takes to come. */
  readonly computeMilliseconds: number;
}

/** Beside what an app may take to end: one whose process is not even gone when it is killed must not keep the workspace. */
const CLOSE_PATIENCE_MS = 5_000;
const ENDING = new DeploymentCancelled('The local workspace was stopped.');
const BEING_CREATED: AppCondition = {
  url: undefined,
  compute: { state: 'STARTING', message: 'App compute is starting.' },
  app: { state: 'UNAVAILABLE', message: 'App status is unavailable.' },
};

/** Where deployed apps run: as processes of this machine, each behind a front door of its own. */
export class AppHost {
  private readonly hosted = new Map<string, HostedApp>();
  private openDoor: OpenDoor | undefined;
  private readonly closing = new AbortController();
  private readonly passing = new Set<Promise<void>>();
  /** Before that apps are not told what surrounds them, and nothing of theirs runs. */
  private isResumed = false;

  constructor(private readonly parts: AppHostParts) {}

  /** Opens the doors of all apps; what an earlier run of the workspace left half done or running is ended first. */
  async open(openDoor: OpenDoor): Promise<void> {
    this.openDoor = openDoor;
    for (const app of this.parts.registry.list()) {
      await this.tidy(app.name, () => new LeftoverProcesses(this.folderOf(app.name)).end());
      if (app.compute === 'DELETING') await this.tidy(app.name, () => this.forget(app.name));
      else {
        await this.endUnfinished(app);
        await this.host(app);
      }
    }
  }

  /** Starts again what ran when the workspace last ended. */
  resume(): void {
    this.isResumed = true;
    for (const app of this.parts.registry.list()) {
      const hosted = this.hosted.get(app.name);
      if (hosted !== undefined && app.compute === 'ACTIVE') this.run(app, hosted);
    }
  }

  async add(app: StoredApp): Promise<void> {
    const hosted = await this.host(app);
    if (app.compute === 'ACTIVE') this.pass(hosted, 'STARTING', () => this.computeTakesAWhile());
  }

  condition(app: StoredApp): AppCondition {
    return this.hosted.get(app.name)?.condition() ?? BEING_CREATED;
  }

  /** Answers at once; what becomes of it is told by the deployment itself. */
  async deploy(caller: Principal, app: StoredApp, request: DeploymentRequest): Promise<StoredDeployment> {
    const { registry, deployer } = this.parts;
    const hosted = this.of(app.name);
    const sourceCodePath = request.sourceCodePath ?? app.defaultSourceCodePath;
    if (sourceCodePath === undefined) throw invalidParameter('Missing required field: source_code_path');
    const state = hosted.computeState;
    if (state !== 'ACTIVE') {
      const hint = state === 'STARTING' ? 'Wait until it runs.' : 'Start it first.';
      throw conflict(`Cannot deploy app ${app.name} as it is not in RUNNING state. Current state: ${state}. ${hint}`);
    }
    if (hosted.isBusy || this.closing.signal.aborted) {
      throw conflict(`Cannot deploy app ${app.name} as there is an active deployment in progress.`);
    }
    const now = Date.now();
    const deployment: StoredDeployment = {
      ...{ ...request, sourceCodePath },
      ...{ id: randomUUID().replaceAll('-', ''), creator: caller.name, createdAt: now, updatedAt: now },
      ...{ state: 'IN_PROGRESS', message: 'Preparing source code for new app deployment.' },
    };
    const stored = registry.addDeployment(app.name, deployment);
    hosted.begin(async (signal, finishing) => {
      await stored;
      await deployer.perform({ caller, app: hosted, deployment, folder: this.folderOf(app.name), signal, finishing });
    });
    await stored;
    return deployment;
  }

  /** Gives an app compute, and runs what was deployed last. */
  async start(app: StoredApp): Promise<void> {
    const hosted = this.of(app.name);
    if (hosted.computeState !== 'STOPPED') {
      throw conflict(`Cannot start app ${app.name} as it is in ${hosted.computeState} state.`);
    }
    const { registry } = this.parts;
    await registry.change(app.name, { compute: 'ACTIVE', consentedScopes: app.userApiScopes });
    this.pass(hosted, 'STARTING', async (isLatest) => {
      await this.computeTakesAWhile();
      const now = registry.find(app.name);
      // It may have been stopped and started again since.
      if (isLatest() && now?.compute === 'ACTIVE') this.run(now, hosted);
    });
  }

  /** Takes the compute away; answers before everything has ended. */
  async stop(app: StoredApp): Promise<void> {
    const hosted = this.of(app.name);
    if (!['ACTIVE', 'STARTING'].includes(hosted.computeState)) {
      throw conflict(`Cannot stop app ${app.name} as it is in ${hosted.computeState} state.`);
    }
    await this.parts.registry.change(app.name, { compute: 'STOPPED' });
    this.pass(hosted, 'STOPPING', () => hosted.stop(new DeploymentCancelled('The app was stopped.')));
  }

  /** Marks the app as one that goes, and removes it once nothing of it runs. */
  async remove(app: StoredApp): Promise<void> {
    const hosted = this.of(app.name);
    await this.parts.registry.change(app.name, { compute: 'DELETING' });
    this.pass(hosted, 'DELETING', async () => {
      await Promise.all([hosted.close(new DeploymentCancelled('The app was deleted.')), this.computeTakesAWhile()]);
      await this.forget(app.name);
    });
  }

  /** Stops every process; what ran runs again when the workspace is started anew. */
  async stopAll(): Promise<void> {
    await this.inTime(this.stopEach());
  }

  async close(): Promise<void> {
    const closeEach = async (): Promise<void> => {
      await this.stopEach();
      await Promise.all([...this.hosted.values()].map((hosted) => hosted.close(ENDING)));
    };
    await this.inTime(closeEach());
  }

  private async stopEach(): Promise<void> {
    this.closing.abort(ENDING);
    await Promise.all([...this.passing, ...[...this.hosted.values()].map((hosted) => hosted.stop(ENDING))]);
  }

  private async inTime(work: Promise<void>): Promise<void> {
    await settledWithin(this.parts.limits.stopMilliseconds + CLOSE_PATIENCE_MS, work);
  }

  private pass(hosted: HostedApp, ...what: Parameters<HostedApp['pass']>): void {
    const passed = hosted.pass(...what);
    this.passing.add(passed);
    void passed.finally(() => this.passing.delete(passed));
  }

  private async computeTakesAWhile(): Promise<void> {
    // Nobody waits for it when the workspace ends.
    await delay(this.parts.computeMilliseconds, undefined, { signal: this.closing.signal }).catch(() => undefined);
  }

  private of(name: string): HostedApp {
    const hosted = this.hosted.get(name);
    if (hosted === undefined) throw conflict(`App ${name} is being created.`);
    return hosted;
  }

  private async host({ name }: StoredApp): Promise<HostedApp> {
    const { registry, logs, limits } = this.parts;
    if (this.openDoor === undefined) throw new Error('The workspace is not open yet');
    const folder = this.folderOf(name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const leftovers = new LeftoverProcesses(folder);
    const log = logs.of(name);
    const runtime = new AppRuntime({ log, limits, noteProcess: (pid) => leftovers.note(pid) });
    const hosted = new HostedApp(
      name,
      runtime,
      log,
      () => registry.get(name),
      () => this.isResumed,
    );
    const port = await hosted.openDoor(this.openDoor);
    if (registry.get(name).port !== port) await registry.change(name, { port });
    this.hosted.set(name, hosted);
    return hosted;
  }

  /** The deployment that is the app's, if it has one. */
  private run(app: StoredApp, hosted: HostedApp): void {
    const active = app.deployments.find(({ id }) => id === app.activeDeployment);
    if (active === undefined || hosted.isBusy || !this.isResumed || this.closing.signal.aborted) return;
    hosted.begin((signal) => this.parts.deployer.resume(hosted, active, this.folderOf(app.name), signal));
  }

  private async endUnfinished(app: StoredApp): Promise<void> {
    const { registry } = this.parts;
    const message = 'The local workspace ended while this deployment was in progress.';
    for (const { id, state } of app.deployments) {
      if (state === 'IN_PROGRESS') await registry.changeDeployment(app.name, id, { state: 'CANCELLED', message });
    }
    const folder = this.folderOf(app.name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      if (name === app.activeDeployment) continue;
      await this.tidy(app.name, () => rm(join(folder, name), { recursive: true, force: true }));
    }
  }

  /** What is left of an app and cannot be cleaned up is told in its log, and keeps nothing from starting. */
  private async tidy(name: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.parts.logs.of(name).write('SYSTEM', `What an earlier run left behind cannot be removed: ${reason}`);
    }
  }

  private async forget(name: string): Promise<void> {
    await this.parts.registry.remove(name);
    this.hosted.delete(name);
    this.parts.logs.drop(name);
    await rm(this.folderOf(name), { recursive: true, force: true });
  }

  private folderOf(name: string): string {
    return join(this.parts.folder, name);
  }
}

function conflict(message: string): ServiceRefusal {
  return new ServiceRefusal(400, 'BAD_REQUEST', message);
}
