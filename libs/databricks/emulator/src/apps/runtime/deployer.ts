import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directory, Principal } from '../../identity/directory';
import type { AppLimits } from '../app-limits';
import type { AppRegistry } from '../app-registry';
import type { StoredDeployment } from '../apps-document';
import type { AppEnvironments } from './app-environment';
import { defaultCommand, readManifest } from './app-manifest';
import type { Release } from './app-runtime';
import type { AppSource } from './app-source';
import { DeploymentCancelled, DeploymentFailed } from './deployment-failed';
import type { HostedApp } from './hosted-app';
import { installPackages } from './install-packages';

export interface DeployerParts {
  readonly registry: AppRegistry;
  readonly directory: Directory;
  readonly source: AppSource;
  readonly environments: AppEnvironments;
  readonly limits: AppLimits;
  /** Of this process, for npm. */
  readonly machine: Readonly<NodeJS.ProcessEnv>;
}

/** One deployment while it is done. */
export interface DeploymentWork {
  readonly caller: Principal;
  readonly app: HostedApp;
  readonly deployment: StoredDeployment;
  /** The app's own; the deployment gets one below it. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** To be called once its end can be read and the next one may begin. */
  finishing(): void;
}

/** Makes a folder of the workspace what an app runs, step by step; each step is a line of the app's log. */
export class Deployer {
  constructor(private readonly parts: DeployerParts) {}

  /** Never rejects: how it went is kept with the deployment. What ran before goes on when it fails. */
  async perform(work: DeploymentWork): Promise<void> {
    const { app, deployment, folder, signal, finishing } = work;
    const { registry } = this.parts;
    const { id, sourceCodePath: defaultSourceCodePath } = deployment;
    let written: Promise<void>;
    let isRunning = false;
    try {
      await app.runtime.switchTo(await this.prepare(work), signal);
      isRunning = true;
      const { userApiScopes: consentedScopes } = registry.get(app.name);
      await registry.change(app.name, { activeDeployment: id, consentedScopes, defaultSourceCodePath });
      written = registry.changeDeployment(app.name, id, { state: 'SUCCEEDED', message: 'App started successfully' });
    } catch (error) {
      const cancelled = error instanceof DeploymentCancelled;
      const { message, lastWords } = toldOf(error);
      app.log.write('SYSTEM', `Deployment ${cancelled ? 'cancelled' : 'failed'}: ${loggedOf(error)}`);
      // Its folder is that of the app by now when only its record could not be written.
      if (!isRunning) await this.discard(app, join(folder, id));
      const state = cancelled ? 'CANCELLED' : 'FAILED';
      written = registry.changeDeployment(app.name, id, { state, message, lastWords });
    }
    // Whoever reads how it went may deploy again at once.
    finishing();
    await written.catch((error: unknown) => {
      app.log.write('SYSTEM', `How deployment ${id} went could not be written: ${loggedOf(error)}`);
    });
    // What ran before may still read its files while it ends.
    app.runtime.afterLeaving(() => this.sweep(app, folder));
  }

  /** Runs what was deployed before, with the environment as it is now. Never rejects: the app's status tells how it went. */
  async resume(app: HostedApp, deployment: StoredDeployment, folder: string, signal: AbortSignal): Promise<void> {
    try {
      const directory = join(folder, deployment.id);
      const isThere = await access(directory).then(
        () => true,
        () => false,
      );
      if (!isThere) throw new DeploymentFailed('The files of the last deployment are gone. Deploy the app again.');
      const release = await this.releaseOf(app, deployment, directory);
      if (!signal.aborted) await app.runtime.resume(release);
    } catch (error) {
      app.log.write('SYSTEM', `Cannot start the app: ${loggedOf(error)}`);
      app.runtime.fail(toldOf(error).message);
    }
  }

  private async prepare({ caller, app, deployment, folder, signal }: DeploymentWork): Promise<Release> {
    const { source, limits, machine } = this.parts;
    const { log, runtime } = app;
    const directory = join(folder, deployment.id);
    log.write('SYSTEM', `Deployment ${deployment.id} of ${deployment.sourceCodePath} by ${caller.name}`);
    const files = await source.copy(caller, deployment.sourceCodePath, directory);
    log.write('SYSTEM', `Source code downloaded: ${files} files`);
    signal.throwIfAborted();
    const release = await this.releaseOf(app, deployment, directory);
    const patienceMilliseconds = limits.installMilliseconds;
    const { noteProcess } = runtime;
    await installPackages({ directory, log, machine, patienceMilliseconds, signal, noteProcess });
    signal.throwIfAborted();
    return release;
  }

  private async releaseOf(app: HostedApp, deployment: StoredDeployment, directory: string): Promise<Release> {
    const { registry, environments, directory: people } = this.parts;
    const record = registry.get(app.name);
    const principal = people.find(record.servicePrincipal.clientId);
    if (principal?.active !== true) {
      throw new DeploymentFailed(
        `The app's service principal ${record.servicePrincipal.clientId} is gone or inactive.`,
      );
    }
    const manifest = await readManifest(directory);
    const said = deployment.command.length > 0 ? deployment.command : manifest.command;
    const command = said.length > 0 ? said : await defaultCommand(directory);
    if (command === undefined) {
      throw new DeploymentFailed('There is no command: say it in app.yaml, or add a package.json with a start script.');
    }
    const environment = environments.of(record, principal, app.url ?? '', [...manifest.env, ...deployment.envVars]);
    return { deploymentId: deployment.id, directory, command, environment };
  }

  /** Removes the folders of deployments that nothing can be started from any more. */
  private async sweep(app: HostedApp, folder: string): Promise<void> {
    const record = this.parts.registry.find(app.name);
    if (record === undefined) return;
    const { deployments, activeDeployment } = record;
    const wanted = deployments.filter(({ id, state }) => state === 'IN_PROGRESS' || id === activeDeployment);
    const ids = new Set(wanted.map(({ id }) => id));
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !ids.has(entry.name)) await this.discard(app, join(folder, entry.name));
    }
  }

  /** A folder that cannot be removed is in nobody's way. */
  private async discard({ log }: HostedApp, directory: string): Promise<void> {
    try {
      await rm(directory, { recursive: true, force: true });
    } catch (error) {
      log.write('SYSTEM', `The files of a deployment could not be removed: ${String(error)}`);
    }
  }
}

/** Of why a deployment failed: what everybody may read, and what only those who may see the app's log. */
function toldOf(error: unknown): { message: string; lastWords: string } {
  if (error instanceof DeploymentFailed) return { message: error.message, lastWords: error.lastWords };
  if (error instanceof DeploymentCancelled) return { message: error.message, lastWords: '' };
  // A failure of this program's own is told as what it is, too: whoever deploys sees nothing else of it.
  return { message: "The local workspace failed; the app's log says how.", lastWords: ` ${loggedOf(error)}` };
}

/** In the log itself its last lines stand already. */
function loggedOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
