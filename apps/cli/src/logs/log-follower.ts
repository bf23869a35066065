import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from '@lakescope/databricks-client';
import { CommandFailed } from '../exit-code';
import { addressOf, findApp, lookForApp } from '../targets/find-app';
import type { Target } from '../targets/target';
import { isPersonalAccessToken } from '../targets/token-source';
import { readLog, type Ended } from './log-connection';
import { parseFrame, type LogFrame } from './log-line';
import { ToldLines } from './told-lines';

export interface FollowOptions {
  /** Part of a line; the platform leaves out what has it not. Empty: everything. */
  readonly search?: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** What has not been told yet, in the order in which it comes. */
  readonly onLine: (frame: LogFrame) => void;
  /** What else a person should know. */
  readonly note: (text: string) => void;
  readonly times?: Partial<FollowTimes>;
}

export interface FollowTimes {
  readonly firstMilliseconds: number;
  readonly longestMilliseconds: number;
  readonly pingMilliseconds: number;
}

const TIMES: FollowTimes = { firstMilliseconds: 200, longestMilliseconds: 5_000, pingMilliseconds: 20_000 };
/** So often in a row before anything came at all; with the pauses between them it takes some seconds. */
const FIRST_ATTEMPTS = 5;
const AWAY = ['STOPPED', 'STOPPING', 'DELETING'];
/** Kinds of failures that pass. */
const PASSING: readonly string[] = ['unavailable', 'timeout', 'rate_limited', 'upstream'];

/**
 * Follows the log of a target's app until the signal says so. A connection that breaks is made anew, one that is refused is made
 * anew with a fresh token; what the platform then tells again is not told again here.
 *
 * @throws CommandFailed when there is no app, nobody can be reached at the start, or who asks may not read the log
 */
export async function followLog(target: Target, options: FollowOptions): Promise<void> {
  await refusePersonalAccessToken(target);
  const app = await findApp(target);
  const origin = addressOf(app, target);
  const { search = '', signal, onLine, note } = options;
  const times = { ...TIMES, ...options.times };
  const told = new ToldLines();
  const onFrame = (text: string): void => {
    const frame = parseFrame(text);
    if (told.isNew(frame)) onLine(frame);
  };
  const course = new Course(target, origin, note);
  while (!signal.aborted) {
    const token = await target.tokens.current();
    const { pingMilliseconds } = times;
    const ended = await readLog({ origin, token, search, signal, onFrame, pingMilliseconds });
    if (ended.why === 'stopped') return;
    await course.goOnAfter(ended);
    const pause = Math.min(times.firstMilliseconds * 2 ** (course.failures - 1), times.longestMilliseconds);
    // Ended in the pause: the loop sees it.
    await delay(pause, undefined, { signal }).catch(() => undefined);
    told.connectedAgain();
  }
}

/** What has happened so far, and whether to go on. */
class Course {
  /** Connections in a row on which nothing came, and the one that just ended. */
  failures = 0;
  private everHeard = false;
  private refused = false;

  constructor(
    private readonly target: Target,
    private readonly origin: URL,
    private readonly note: (text: string) => void,
  ) {}

  async goOnAfter(ended: Ended): Promise<void> {
    const { why, heard, detail } = ended;
    this.failures = heard ? 1 : this.failures + 1;
    this.everHeard ||= heard;
    this.refused &&= !heard;
    if (why !== 'broken') {
      if (this.refused) throw this.refusal(ended);
      this.refused = true;
      this.target.tokens.renew();
      return;
    }
    if (!this.everHeard && this.failures >= FIRST_ATTEMPTS) {
      throw new CommandFailed(
        `The log of ${this.target.appName} cannot be reached at ${this.origin.origin}: ${detail}. ${this.whereToLook()}`,
      );
    }
    if (this.failures === 1) this.note(`The log broke off (${detail}); connecting again.`);
    await this.requireApp();
  }

  private refusal({ why, detail }: Ended): CommandFailed {
    const { appName, tokens } = this.target;
    if (why === 'forbidden') {
      return new CommandFailed(
        `You may not read the log of ${appName}: it needs CAN_MANAGE on the app. Whoever manages it grants that: databricks apps update-permissions ${appName} --json '{"access_control_list":[{"user_name":"YOU","permission_level":"CAN_MANAGE"}]}'. Or act as somebody else by --as.`,
      );
    }
    return new CommandFailed(`The app ${appName} does not take your token (${detail}). Sign in: ${tokens.signIn}`);
  }

  private whereToLook(): string {
    const { isLocal, asOptions } = this.target;
    return isLocal ? 'Is `npm start` still running?' : `Look at it: npx lakescope status ${asOptions}`;
  }

  /** An app that is gone or was stopped does not come back by itself. */
  private async requireApp(): Promise<void> {
    const { appName } = this.target;
    const app = await lookForApp(this.target).catch((error: unknown) => {
      const cause = error instanceof CommandFailed ? error.cause : undefined;
      if (cause instanceof PlatformError && PASSING.includes(cause.kind)) return 'unknown' as const;
      throw error;
    });
    if (app === 'unknown') return;
    if (app === undefined) throw new CommandFailed(`There is no app ${appName} any more.`);
    const state = app.compute_status?.state ?? '';
    if (AWAY.includes(state)) {
      throw new CommandFailed(`The app ${appName} is ${state}. Start it: databricks apps start ${appName}`);
    }
  }
}

async function refusePersonalAccessToken({ tokens, appName }: Target): Promise<void> {
  if (!isPersonalAccessToken(await tokens.current())) return;
  throw new CommandFailed(
    `The log of ${appName} is open to OAuth tokens only, and DATABRICKS_TOKEN is a personal access token. Sign in: ${tokens.signIn}`,
  );
}
