import { type JobRightDto, type S3RightDto, type S3RightsReportDto } from '@lakescope/web-api';
import { type ChipTone } from '@lakescope/web-ui';

interface Verdict {
  readonly label: string;
  readonly tone: ChipTone;
}

/** What the rights are called, and what they are good for. */
export const RIGHTS: Readonly<Record<S3RightDto['right'], { readonly label: string; readonly use: string }>> = {
  list_buckets: { label: $localize`List buckets`, use: $localize`Only to choose a bucket from a list` },
  list_bucket: { label: $localize`List objects`, use: $localize`Folders, and the logs of tables` },
  head_object: { label: $localize`Look at an object`, use: $localize`Sizes and times` },
  get_object: { label: $localize`Read an object`, use: $localize`Rows of tables, and downloads` },
  put_object: { label: $localize`Write an object`, use: $localize`Data files of tables` },
  conditional_put: { label: $localize`Write only where nothing is`, use: $localize`Commits that lose none of others` },
  delete_object: { label: $localize`Delete an object`, use: $localize`What was written for the check` },
};

/** How it stands with a right: of a connection as of the end of a run, where there may also be too much of it. */
export const STATES: Readonly<Record<S3RightDto['status'] | JobRightDto['status'], Verdict>> = {
  ok: { label: $localize`ok`, tone: 'ok' },
  denied: { label: $localize`denied`, tone: 'bad' },
  missing: { label: $localize`missing`, tone: 'bad' },
  excessive: { label: $localize`too much`, tone: 'warn' },
  failed: { label: $localize`failed`, tone: 'bad' },
  not_tried: { label: $localize`not tried`, tone: 'neutral' },
};

/** What the rights are enough for, in two words. */
export function verdictOf({ readable, writable }: Pick<S3RightsReportDto, 'readable' | 'writable'>): Verdict {
  if (!readable) return { label: $localize`not readable`, tone: 'bad' };
  if (writable === false) return { label: $localize`readable, not writable`, tone: 'warn' };
  return writable === true
    ? { label: $localize`readable and writable`, tone: 'ok' }
    : { label: $localize`readable`, tone: 'ok' };
}

/** One policy with all that is missing, ready to be pasted; undefined when that would be no more than a line. */
export function missingPolicy(rights: readonly Pick<S3RightDto, 'policy_line'>[]): string | undefined {
  const lines = [...new Set(rights.flatMap(({ policy_line: line }) => (line === null ? [] : [line])))];
  if (lines.length < 2) return undefined;
  const statements = lines.map((line) => `    ${line}`).join(',\n');
  return `{\n  "Version": "2012-10-17",\n  "Statement": [\n${statements}\n  ]\n}`;
}
