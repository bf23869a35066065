import type { S3 } from '@aws-sdk/client-s3';
import type { OpenedConnection } from '../connections/opened-connections';
import { policyLine } from '../s3-policy';
import { asS3Problem, S3Problem, type S3Question } from '../s3-problem';
import type { RightName, RightStatus, S3RightDto } from './rights-report.dto';

/** Where a check looks. */
export interface Ground {
  readonly connection: OpenedConnection;
  readonly client: S3;
  readonly bucket: string;
  readonly prefix: string;
  /** Of whoever waits for the check. */
  readonly signal: AbortSignal;
}

/** What was seen when a right was tried. */
export interface Finding {
  readonly status: RightStatus;
  readonly detail: string;
}

/** Tries one right. What the storage says against it is what was found; throws when the check was given up. */
export async function tried(right: RightName, about: S3Question, work: () => Promise<Finding>): Promise<S3RightDto> {
  try {
    return { right, ...(await work()), policy_line: null };
  } catch (error) {
    const problem = asS3Problem(error, about);
    if (!(problem instanceof S3Problem) || problem.fault === 'S3Aborted') throw problem;
    const isDenied = problem.fault === 'S3AccessDenied';
    const said = problem.details['s3_message'];
    return {
      right,
      status: isDenied ? 'denied' : 'failed',
      detail: typeof said === 'string' && !isDenied ? `${problem.message} (${said})` : problem.message,
      policy_line: isDenied ? policyLine(about) : null,
    };
  }
}

/** A right that could not be tried, and why. */
export function notTried(right: RightName, detail: string): S3RightDto {
  return { right, status: 'not_tried', detail, policy_line: null };
}

/** A right that is there, and how that was seen. */
export function ok(detail: string): Finding {
  return { status: 'ok', detail };
}
