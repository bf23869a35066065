import type { AppLog } from '../../app-logs/app-log';
import { errorCode } from '../../state/error-code';
import type { AppCondition } from '../app-description';
import type { StoredApp } from '../apps-document';
import type { Door, OpenDoor } from './app-doors';
import type { AppRuntime } from './app-runtime';

/** What an app goes through between the states it is meant to be in. */
type Passing = 'STARTING' | 'STOPPING' | 'DELETING';

const DEPLOYING = { state: 'DEPLOYING', message: 'App is being deployed.' };
const COMPUTE_MESSAGES: Readonly<Record<string, string>> = {
  ACTIVE: 'App compute is running.',
  STARTING: 'App compute is starting.',
  STOPPING: 'App compute is stopping.',
  STOPPED: 'App compute is stopped.',
  DELETING: 'App is being deleted.',
};

/** One app on this machine: what runs of it, its front door, and what is being done with it. */
export class HostedApp {
  private door: Door | undefined;
  private passing: { readonly state: Passing } | undefined;
  private busy = false;
  private work: { readonly abort: AbortController; done: Promise<void> } | undefined;

  constructor(
    readonly name: string,
    readonly runtime: AppRuntime,
    readonly log: AppLog,
    /** Its record as it is now. */
    private readonly record: () => StoredApp,
    /** Whether anything of it may run yet: until then its compute is shown as starting. */
    private readonly isResumed: () => boolean,
  ) {}

  get url(): string | undefined {
    return this.door?.url;
  }

  /** Whether something is being deployed or started. */
  get isBusy(): boolean {
    return this.busy;
  }

  get computeState(): string {
    const { compute } = this.record();
    if (compute === 'DELETING') return compute;
    const state = this.passing?.state ?? compute;
    return state === 'ACTIVE' && !this.isResumed() ? 'STARTING' : state;
  }

  condition(): AppCondition {
    const state = this.computeState;
    const { status } = this.runtime;
    const app = this.busy && status.state === 'UNAVAILABLE' ? DEPLOYING : status;
    return { url: this.url, compute: { state, message: COMPUTE_MESSAGES[state] ?? '' }, app };
  }

  /** At the port it had, or another one when somebody else has that now; answers the port. */
  async openDoor(openDoor: OpenDoor): Promise<number> {
    const { record, runtime } = this;
    const url = (): string | undefined => this.url;
    const app = {
      name: this.name,
      clientId: record().servicePrincipal.clientId,
      clientSecret: record().servicePrincipal.clientSecret,
      get url() {
        return url();
      },
      get target() {
        return runtime.target;
      },
      get userApiScopes() {
        return record().userApiScopes;
      },
      get effectiveUserApiScopes() {
        return record().consentedScopes;
      },
    };
    try {
      this.door = await openDoor(app, record().port ?? 0);
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE') throw error;
      this.door = await openDoor(app, 0);
    }
    return this.door.port;
  }

  /**
   * Shows this state until the act is done, or the next one begins, which the act can ask; what fails is told in the app's log. Never
   * rejects.
   */
  async pass(state: Passing, act: (isLatest: () => boolean) => Promise<void>): Promise<void> {
    const passing = { state };
    this.passing = passing;
    const isLatest = (): boolean => this.passing === passing;
    try {
      await act(isLatest);
    } catch (error) {
      this.log.write('SYSTEM', `${state} failed: ${reasonOf(error)}`);
    } finally {
      if (isLatest()) this.passing = undefined;
    }
  }

  /** The one thing that is done with the app at a time; `finishing` says that the next may begin. What fails is told in its log. */
  begin(act: (signal: AbortSignal, finishing: () => void) => Promise<void>): void {
    const abort = new AbortController();
    this.busy = true;
    const finishing = (): void => {
      if (this.work === work) this.busy = false;
    };
    const work = { abort, done: Promise.resolve() };
    this.work = work;
    work.done = act(abort.signal, finishing)
      .catch((error: unknown) => this.log.write('SYSTEM', `Failed: ${reasonOf(error)}`))
      .finally(finishing);
  }

  /** Ends what is being done, and everything that runs. */
  async stop(reason: Error): Promise<void> {
    this.work?.abort.abort(reason);
    await Promise.all([this.work?.done, this.runtime.stop()]);
  }

  async close(reason: Error): Promise<void> {
    await this.stop(reason);
    await this.door?.close();
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
