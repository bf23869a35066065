import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ApiLog } from './api-log';
import { ApiProcess } from './api-process';
import { EmbeddedWorkplace } from './embedded/embedded-workplace';
import { LaunchError } from './launch-error';
import type { LaunchOptions } from './launch-options';
import { choosePorts, type Ports } from './ports';
import type { Progress } from './progress';
import type { RemoteSettings } from './remote/remote-settings';
import { RotatingLog } from './rotating-log';
import { StateFolder } from './state-folder';
import type { AppPlace, Workplace } from './workplace';

export interface LauncherSurroundings {
  /** The API's production entry point. */
  readonly apiProgram: string;
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
    const workplace = await this.startWorkplace(state, ports);
    this.whenStopping(() => workplace.close());
    const apiUrl = `http://127.0.0.1:${ports.api}`;
    const door = await workplace.openDoor(ports.app, new URL(apiUrl));
    this.whenStopping(() => door.close());
    const place = { appUrl: door.url, apiPort: ports.api, secret: state.secret('lakescope-secret') };
    const api = this.startApi(state, workplace, place, apiUrl);
    this.whenStopping(() => api.stop());
    await Promise.all([workplace.fill(this.stopping.signal), api.ready()]);
    this.continueUnlessStopped();
    this.announce(state, workplace, { appUrl: door.url, apiUrl });
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

  private startApi(state: StateFolder, workplace: Workplace, place: AppPlace, url: string): ApiProcess {
    const { apiProgram: program, environment, progress } = this.surroundings;
    const { appLog } = workplace;
    const say = (line: string): void => {
      progress.say(line);
      appLog?.write('SYSTEM', line);
    };
    const show = (line: string): void => progress.say(`API: ${line}`);
    const publish = (line: string): void => appLog?.write('APP', line);
    const logFile = new RotatingLog(join(state.logDirectory, 'api.log'));
    const api = new ApiProcess({
      program,
      environment: workplace.apiEnvironment(place, environment),
      url,
      log: new ApiLog(logFile, show, environment['LOG_LEVEL'] !== undefined, publish),
      say,
      onStarted: (pid) => {
        state.noteApi({ pid, program });
        appLog?.write('SYSTEM', `Started the app as process ${pid}.`);
      },
    });
    this.api = api;
    api.start();
    return api;
  }

  private announce(state: StateFolder, workplace: Workplace, urls: { appUrl: string; apiUrl: string }): void {
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
