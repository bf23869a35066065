import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startAppsProxy, type AppsProxy } from '@lakescope/databricks-emulator';
import { apiEnvironment } from './api-environment';
import { ApiLog } from './api-log';
import { ApiProcess } from './api-process';
import { describeEndpoints } from './endpoints';
import { LaunchError } from './launch-error';
import type { LaunchOptions } from './launch-options';
import { overview } from './overview';
import { Platform } from './platform';
import { choosePorts, type Ports } from './ports';
import type { Progress } from './progress';
import { RotatingLog } from './rotating-log';
import { StateFolder } from './state-folder';

const demoMarker = 'demo-lake.json';

export interface LauncherSurroundings {
  /** The API's production entry point. */
  readonly apiProgram: string;
  readonly defaultStateDirectory: string;
  readonly directory: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly progress: Progress;
  readonly print: (text: string) => void;
}

/** Brings everything up in its order, and takes it down again in the reverse one, from wherever it got to. */
export class Launcher {
  private readonly undo: (() => Promise<void>)[] = [];
  private readonly stopping = new AbortController();
  private api: ApiProcess | undefined;
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
    if (!existsSync(surroundings.apiProgram)) {
      throw new LaunchError(`The API is not built: ${surroundings.apiProgram} is missing. Run "npm run build".`);
    }
    const ports = await choosePorts(options.basePort);
    const state = await this.takeState();
    this.whenStopping(() => state.release());
    const platform = await this.startPlatform(state, ports);
    const appUrl = `http://localhost:${ports.app}`;
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const proxy = await startAppsProxy({
      port: ports.app,
      target: new URL(apiUrl),
      workspace: platform.workspace,
      postgresFaults: platform.gateway.faults,
    });
    platform.workspace.publishApp(appUrl);
    this.whenStopping(() => proxy.close());
    platform.workspace.publishApp(proxy.url);
    const api = this.startApi(state, platform, { appUrl, apiUrl, ports });
    this.whenStopping(() => api.stop());
    await Promise.all([this.seed(state, platform), api.ready()]);
    this.continueUnlessStopped();
    this.announce(state, platform, proxy, apiUrl);
  }

  /** Safe to call at any time and more than once; resolves when no process is left. */
  stop(): Promise<void> {
    this.stopped ??= this.takeDown();
    return this.stopped;
  }

  /** For a second Ctrl-C: does not wait for requests that still run. */
  hurry(): void {
    this.api?.kill();
  }

  /** Runs a new build of the API on everything else as it is. */
  async restartApi(): Promise<void> {
    await this.api?.restart();
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
    // Nothing may still be coming up while the rest goes down; a failed start says so by itself.
    const settled = this.starting.catch(() => undefined);
    await Promise.all([this.api?.stop(), settled]);
    for (let act = this.undo.pop(); act !== undefined; act = this.undo.pop()) {
      await act().catch((error: unknown) => this.surroundings.progress.say(`While stopping: ${String(error)}`));
    }
  }

  private takeState(): Promise<StateFolder> {
    const { ephemeral, reset, stateDirectory } = this.options;
    const fallback = ephemeral ? StateFolder.temporary() : this.surroundings.defaultStateDirectory;
    return StateFolder.take({ directory: stateDirectory ?? fallback, ephemeral, reset });
  }

  private async startPlatform(state: StateFolder, ports: Ports): Promise<Platform> {
    const { progress } = this.surroundings;
    progress.say('Starting Postgres and the workspace');
    const platform = await Platform.start({
      stateDirectory: state.directory,
      ephemeral: this.options.ephemeral,
      mounts: this.options.mounts,
      ports,
      say: (line) => progress.say(line),
    });
    progress.say(`Workspace on port ${ports.workspace}, Lakebase on port ${ports.database}`);
    this.whenStopping(() => platform.close());
    return platform;
  }

  private startApi(
    state: StateFolder,
    platform: Platform,
    { appUrl, apiUrl, ports }: { appUrl: string; apiUrl: string; ports: Ports },
  ): ApiProcess {
    const { apiProgram, environment, progress } = this.surroundings;
    const say = (line: string): void => progress.say(line);
    const logFile = new RotatingLog(join(state.logDirectory, 'api.log'));
    const api = new ApiProcess({
      program: apiProgram,
      environment: apiEnvironment(
        {
          workspace: platform.workspace,
          gateway: platform.gateway,
          database: platform.postgres.database,
          ca: platform.ca,
          appUrl,
          apiPort: ports.api,
          secret: state.secret('lakescope-secret'),
        },
        environment,
      ),
      url: apiUrl,
      log: new ApiLog(logFile, (line) => say(`API: ${line}`), environment['LOG_LEVEL'] !== undefined),
      say,
      onStarted: (pid) => state.noteApi({ pid, program: apiProgram }),
    });
    this.api = api;
    api.start();
    return api;
  }

  /** Loaded only when there is something to seed: a warm start needs no query engine here. */
  private async seed(state: StateFolder, platform: Platform): Promise<void> {
    const marker = join(state.directory, demoMarker);
    if (!this.options.demo || existsSync(marker)) return;
    this.surroundings.progress.say('Seeding the demo lake with open data');
    const { DemoLake } = await import('./demo-lake/demo-lake.js');
    await new DemoLake(platform.workspace, (line) => this.surroundings.progress.say(line)).seed(this.stopping.signal);
    state.write(demoMarker, JSON.stringify({ version: 1 }));
  }

  private announce(state: StateFolder, platform: Platform, proxy: AppsProxy, apiUrl: string): void {
    const { workspace, gateway, postgres, ca } = platform;
    const endpoints = describeEndpoints({
      appUrl: proxy.url,
      apiUrl,
      workspace,
      databasePort: gateway.port,
      database: postgres.database,
    });
    const text = JSON.stringify(endpoints);
    state.write('endpoints.json', JSON.stringify(endpoints, undefined, 2));
    const { directory, print, progress } = this.surroundings;
    const screen = (): string =>
      overview({
        endpoints,
        endpointsFile: state.endpointsFile,
        caFile: ca.caFile,
        apiLog: join(state.logDirectory, 'api.log'),
        workspace,
        mounts: Object.keys(this.options.mounts),
        seconds: progress.seconds,
        directory,
      });
    print(this.options.json ? text : screen());
  }
}

/** Ends a start that was asked to stop; nothing is wrong. */
export class StoppedWhileStarting extends Error {}
