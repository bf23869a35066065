import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { LakebaseConfig } from '@lakescope/server-config';
import type { LakebaseCredentials } from '@lakescope/server-persistence';
import type { Advice, Place } from './advice';
import type { Check } from './examination';
import { failed, ok, skipped, warning, type Finding } from './finding';
import { lookAtJobs, type JobsFacts } from './jobs-facts';

export interface JobsSubject {
  readonly config: LakebaseConfig;
  readonly credentials: LakebaseCredentials;
  readonly place: Place;
  readonly advice: Advice;
  /** The folder in which runs have folders of their own. */
  readonly scratch?: string;
}

/** A run gives a sign of life each second; one that is silent is taken up by another replica within half a minute. */
const LONGEST_SILENCE_SECONDS = 60;
/** Jobs wait while others are under way; with none under way, nobody works on the queue. */
const LONGEST_WAIT_SECONDS = 60;
const LONG_WAIT_SECONDS = 3_600;
/** A schedule that is due is noticed within a second, and its source answers within five. */
const LONGEST_OVERDUE_SECONDS = 120;
/** Below that a run may not be able to write its next checkpoint. */
const LEAST_FREE_BYTES = 512 * 2 ** 20;
const NAMED = 5;

/** Whether ingestion jobs are worked on, and can be. */
export function jobsChecks(subject: JobsSubject): Check[] {
  const { config, credentials, advice } = subject;
  let looking: Promise<JobsFacts | undefined> | undefined;
  const about = (judge: (facts: JobsFacts) => Finding) => async (): Promise<Finding> => {
    const facts = await (looking ??= lookAtJobs(config, credentials));
    return facts === undefined ? skipped('The schema has no ingestion jobs yet.') : judge(facts);
  };
  const needs = ['schema'];
  return [
    { id: 'job_runs', title: 'Runs under way give signs of life', needs, examine: about(runs(advice)) },
    { id: 'job_queue', title: 'Jobs that wait are worked on', needs, examine: about(queue(advice)) },
    { id: 'job_schedules', title: 'No schedule is paused after failures', needs, examine: about(pauses) },
    {
      id: 'job_schedule_ticks',
      title: 'Schedules are started when they are due',
      needs,
      examine: about(ticks(advice)),
    },
    ...scratchSpace(subject),
  ];
}

const runs =
  ({ restartApp }: Advice) =>
  ({ running, silentSeconds = 0 }: JobsFacts): Finding => {
    if (running === 0) return ok('None is under way.');
    return silentSeconds > LONGEST_SILENCE_SECONDS
      ? warning(
          `One of ${running} under way has given no sign of life for ${durationOf(silentSeconds)}: nobody works on it, and nobody has taken it up.`,
          restartApp,
        )
      : ok(`${running} under way, the last sign of life ${Math.ceil(silentSeconds)} s ago.`);
  };

const queue =
  ({ restartApp, allowMoreRuns }: Advice) =>
  ({ pending, interrupted, running, waitedSeconds = 0 }: JobsFacts): Finding => {
    const waiting = pending + interrupted;
    if (waiting === 0) return ok('None waits.');
    const said = `${waiting} wait, the oldest for ${durationOf(waitedSeconds)}; ${running} under way.`;
    if (running === 0 && waitedSeconds > LONGEST_WAIT_SECONDS)
      return warning(`${said} Nobody works on them.`, restartApp);
    return waitedSeconds > LONG_WAIT_SECONDS ? warning(said, allowMoreRuns) : ok(said);
  };

function pauses({ paused, schedules }: JobsFacts): Finding {
  if (paused.length === 0) return ok(schedules === 0 ? 'There is none that is not paused.' : `${schedules} are on.`);
  const named = paused.slice(0, NAMED).join(', ');
  const more = paused.length > NAMED ? ` and ${paused.length - NAMED} more` : '';
  return warning(
    `Paused, because too many runs in a row had failed: ${named}${more}.`,
    'Open Jobs, Schedules, see why under each, mend that, and switch it on again.',
  );
}

const ticks =
  ({ restartApp }: Advice) =>
  ({ schedules, overdueSeconds = 0, tickedAt }: JobsFacts): Finding => {
    const last =
      tickedAt === undefined ? 'None was due yet.' : `The last one was dealt with at ${tickedAt.toISOString()}.`;
    if (overdueSeconds <= LONGEST_OVERDUE_SECONDS)
      return ok(schedules === 0 ? 'There is none that is not paused.' : last);
    return warning(
      `One has been due for ${durationOf(overdueSeconds)}, and nobody has started it. ${last}`,
      restartApp,
    );
  };

/** Of the machine that the app runs on alone: another one says nothing of it. */
function scratchSpace({ place, scratch = tmpdir() }: JobsSubject): Check[] {
  if (place !== 'app') return [];
  return [
    {
      id: 'job_scratch',
      title: 'There is room for what runs have on the disk',
      examine: async () => {
        const free = await freeIn(scratch);
        if (free === undefined) {
          return failed(
            `There is no folder ${scratch}, so no run can begin.`,
            'Make it, or set TMPDIR to one that is there, and restart.',
          );
        }
        const said = `${Math.floor(free / 2 ** 20)} MB are free in ${scratch}.`;
        return free < LEAST_FREE_BYTES
          ? warning(
              `${said} Checkpoints of large tables may not fit.`,
              'Restart the app, which clears its folder, or set TMPDIR to a larger disk.',
            )
          : ok(said);
      },
    },
  ];
}

/** Bytes; undefined where there is no such folder. */
async function freeIn(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function durationOf(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} minutes` : `${Math.floor(seconds / 3_600)} hours`;
}
