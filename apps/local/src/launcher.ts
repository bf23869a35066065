import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ReplicaPool } from '@lakescope/databricks-emulator';
import type { ApiCommand } from './api-command';
import { ApiLog } from './api-log';
import { ApiProcess } from './api-process';
import { ApiReplicas, type ApiReplica } from './api-replicas';
import { explain } from './explain';
import { EmbeddedWorkplace } from './embedded/embedded-workplace';
import { LaunchError } from './launch-error';
import type { LaunchOptions } from './launch-options';
import { choosePorts, type Ports } from './ports';
import type { Progress } from './progress';
import type { RemoteSettings } from './remote/remote-settings';
import { RotatingLog } from './rotating-log';
import { StateFolder, type NotedRestart } from './state-folder';
import { allStopped } from './stopping';
import type { AppPlace, AppUrls, Workplace } from './workplace';

export interface LauncherSurroundings {
  readonly api: ApiCommand;
  readonly defaultStateDirectory: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  /** The workspace that is developed against; undefined: the embedded one. */
  readonly remote: RemoteSettings | undefined;
  readonly progress: Progress;
  readonly print: (text: string) => void;
}

/** Brings everything up in its order, and takes it down again in the reverse one, from wherever it got to. */
export class Launcher {
  private readonly undo: (() => Promise<void>)[] = [];
  private readonly stopping = new AbortController();
  private apis: ApiReplicas | undefined;
  /** Once everything is ready. */
  private state: StateFolder | undefined;
  /** One after the other. */
  private restarting: Promise<void> = Promise.resolve();
  private restarts = 0;
  private workplace: Workplace | undefined;
  private starting: Promise<void> = Promise.resolve();
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly options: LaunchOptions,
    private readonly surroundings: LauncherSurroundings,
  ) {}

  /** Resolves when everything is ready and has been announced. */
  start(): Promise<void> {
    this.starting = this.bringUp();
    return this.starting;
  }

  private async bringUp(): Promise<void> {
    const { options, surroundings } = this;
    if (!existsSync(surroundings.api.program)) {
      throw new LaunchError(`The API is not built: ${surroundings.api.program} is missing. Run "npm run build".`);
    }
    const ports = await choosePorts(options.basePort, options.replicas);
    const state = await this.takeState();
    this.whenStopping(() => state.release());
    const workplace = await this.startWorkplace(state, ports);
    this.workplace = workplace;
    this.whenStopping(() => workplace.close());
    const urlOf = (port: number): string => `http://127.0.0.1:${port}`;
    const apiUrls = [urlOf(ports.api), ...ports.furtherApis.map(urlOf)] as const;
    const pool = new ReplicaPool(apiUrls.map((url) => new URL(url)));
    const door = await workplace.openDoor(ports.app, pool);
    this.whenStopping(() => door.close());
    const place = { appUrl: door.url, secret: state.secret('lakescope-secret') };
    const apis = new ApiReplicas(
      apiUrls.map((url, index) => this.apiReplica(state, workplace, place, { url: new URL(url), index })),
      pool,
    );
    this.apis = apis;
    apis.start();
    this.whenStopping(() => apis.stop());
    await Promise.all([workplace.fill(this.stopping.signal), apis.ready()]);
    this.continueUnlessStopped();
    this.announce(state, workplace, { appUrl: door.url, apiUrls });
    this.state = state;
  }

  /**
   * Safe to call at any time and more than once; resolves when no process is left.
   *
   * @throws LaunchError when something could not be stopped, after all else has been; what it was has been told by then
   */
  stop(): Promise<void> {
    this.stopped ??= this.takeDown();
    return this.stopped;
  }

  /** For a second Ctrl-C: does not wait for requests that still run. */
  hurry(): void {
    this.apis?.kill();
  }

  /**
   * Runs a new build of the API on everything else as it is, one replica after another. Never rejects: how it goes is said, and noted for
   * whoever has asked.
   */
  restartApi(): Promise<void> {
    this.restarting = this.restarting.then(() => this.restartReplicas());
    return this.restarting;
  }

  private async restartReplicas(): Promise<void> {
    const { apis, state } = this;
    // What is still starting is new enough.
    if (apis === undefined || state === undefined || this.stopped !== undefined) return;
    const number = ++this.restarts;
    const note = (status: NotedRestart['state'], detail: string): void => {
      // The folder is given back by then, and whoever has asked sees that.
      if (this.stopped !== undefined) return;
      this.surroundings.progress.say(detail);
      state.noteRestart({ number, state: status, detail });
    };
    try {
      await apis.restart((line) => note('running', line));
      note('done', `Restarted ${apis.urls.length === 1 ? 'the API' : `${apis.urls.length} replicas of the API`}`);
    } catch (error) {
      note('failed', explain(error));
    }
  }

  private whenStopping(act: () => Promise<void>): void {
    this.undo.push(act);
    this.continueUnlessStopped();
  }

  private continueUnlessStopped(): void {
    if (this.stopping.signal.aborted) throw new StoppedWhileStarting();
  }

  private async takeDown(): Promise<void> {
    this.stopping.abort(new StoppedWhileStarting());
    const say = (line: string): void => this.surroundings.progress.say(line);
    // Nothing may still be coming up while the rest goes down; a failed start says so by itself.
    const settled = this.starting.catch(() => undefined);
    let isStopped = await allStopped([this.apis?.stop(), this.workplace?.stopApps(), settled], say);
    for (let act = this.undo.pop(); act !== undefined; act = this.undo.pop()) {
      isStopped = (await allStopped([Promise.resolve().then(act)], say)) && isStopped;
    }
    if (!isStopped) throw new LaunchError('Not everything was stopped.');
  }

  private takeState(): Promise<StateFolder> {
    const { ephemeral, reset, stateDirectory } = this.options;
    const { defaultStateDirectory, remote } = this.surroundings;
    // What is kept for a real workspace never meets what belongs to the embedded one.
    const usual =
      remote === undefined ? defaultStateDirectory : join(defaultStateDirectory, 'workspaces', remote.origin.hostname);
    const fallback = ephemeral ? StateFolder.temporary() : usual;
    return StateFolder.take({ directory: stateDirectory ?? fallback, ephemeral, reset });
  }

  /** Each kind is loaded only when it is wanted. */
  private async startWorkplace(state: StateFolder, ports: Ports): Promise<Workplace> {
    const { remote, progress, environment } = this.surroundings;
    const { options } = this;
    const say = (line: string): void => progress.say(line);
    if (remote === undefined) return EmbeddedWorkplace.start({ state, ports, options, environment, say });
    const { RemoteWorkplace } = await import('./remote/remote-workplace.js');
    return RemoteWorkplace.start({ settings: remote, state, ports, ephemeral: options.ephemeral, environment, say });
  }

  private apiReplica(
    state: StateFolder,
    workplace: Workplace,
    place: Omit<AppPlace, 'apiPort'>,
    { url, index }: { url: URL; index: number },
  ): ApiReplica {
    const { api, environment, progress } = this.surroundings;
    const { appLog } = workplace;
    const name = index === 0 ? 'API' : `API ${index + 1}`;
    const say = (line: string): void => {
      progress.say(index === 0 ? line : `${name}: ${line}`);
      appLog?.write('SYSTEM', line);
    };
    const show = (line: string): void => progress.say(`${name}: ${line}`);
    const publish = (line: string): void => appLog?.write('APP', line);
    const logFile = new RotatingLog(join(state.logDirectory, index === 0 ? 'api.log' : `api-${index + 1}.log`));
    const process = new ApiProcess({
      ...api,
      environment: workplace.apiEnvironment({ ...place, apiPort: Number(url.port) }, environment),
      url: url.origin,
      log: new ApiLog(logFile, show, environment['LOG_LEVEL'] !== undefined, publish),
      say,
      onStarted: (pid) => {
        state.noteApi(index, { pid, program: api.program });
        appLog?.write('SYSTEM', `Started the app as process ${pid}.`);
      },
    });
    return { url, process };
  }

  private announce(state: StateFolder, workplace: Workplace, urls: AppUrls): void {
    const { directory, print, progress } = this.surroundings;
    const { endpoints, overview } = workplace.announce(urls);
    state.write('endpoints.json', JSON.stringify(endpoints, undefined, 2));
    if (this.options.json) return print(JSON.stringify(endpoints));
    const { endpointsFile, logDirectory } = state;
    print(overview({ endpointsFile, apiLog: join(logDirectory, 'api.log'), seconds: progress.seconds, directory }));
  }
}

/** Ends a start that was asked to stop; nothing is wrong. */
export class StoppedWhileStarting extends Error {}
