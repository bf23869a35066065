import { createHash, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { writeDenial, type S3Right } from '../s3-policy';
import { asS3Problem, S3Problem, type S3Question } from '../s3-problem';
import { notTried, ok, tried, type Finding, type Ground } from './right-trials';
import type { S3RightDto } from './rights-report.dto';

/** Whether those who only read are refused to write: `ok` when they are, `failed` when they could write. */
export interface WriteRefusal extends Finding {
  readonly policy_line: string | null;
}

const CONTENT = Buffer.from('Written by a check of rights; it may be deleted.\n');

/** Buckets with Object Lock take nothing without. */
const DIGEST = createHash('md5').update(CONTENT).digest('base64');

/** Of other bytes than are sent: whatever the storage thinks of `If-None-Match`, it stores nothing that comes with this digest. */
const OTHER_DIGEST = createHash('md5').update('something else').digest('base64');

/** Codes of a refusal for the digest (S3 API reference, "Error responses"). */
const OF_DIGEST: ReadonlySet<string> = new Set(['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch']);

const logger = new Logger('S3');

/** As a commit of a Delta table is written: only where nothing is. What was written is deleted again, also when the check was given up. */
export async function writes(ground: Ground): Promise<S3RightDto[]> {
  const trial = new TrialObject(ground);
  try {
    return await triedWith(trial);
  } catch (error) {
    await trial.clearUp();
    throw error;
  }
}

async function triedWith(trial: TrialObject): Promise<S3RightDto[]> {
  const written = await tried('put_object', trial.about('s3:PutObject'), async () => {
    await trial.put();
    return ok(`${trial.uri} was written.`);
  });
  if (written.status !== 'ok') {
    const detail = `Nothing could be written.${await trial.clearUp()}`;
    return [written, notTried('conditional_put', detail), notTried('delete_object', detail)];
  }
  const conditional = await tried('conditional_put', trial.about('s3:PutObject'), async () => {
    try {
      await trial.put();
    } catch (error) {
      const problem = trial.problemOf(error);
      if (problem instanceof S3Problem && problem.fault === 'S3ObjectExists') {
        return ok('What is there already is not written over.');
      }
      throw error;
    }
    const detail = 'The storage wrote over an object although it was told not to: two writers could lose a commit.';
    return { status: 'failed', detail };
  });
  const deleted = await tried('delete_object', trial.about('s3:DeleteObject'), async () => {
    await trial.delete();
    return ok(`${trial.uri} was deleted.`);
  });
  if (deleted.status !== 'ok') deleted.detail += ` The object ${trial.uri} is left behind.`;
  return [written, conditional, deleted];
}

/** Asks for a write that no storage can do. Who may not write is told so; who is told of the digest could have written. */
export async function refusesWrites(ground: Ground): Promise<WriteRefusal> {
  const { connection, bucket, prefix } = ground;
  const trial = new TrialObject(ground);
  const writable = (more: string): WriteRefusal => ({
    status: 'failed',
    detail: `The keys of the S3 connection ${connection.name} can write below s3://${bucket}/${prefix}, which is only to be read.${more}`,
    policy_line: writeDenial({ connection, bucket, prefix }),
  });
  try {
    await trial.put(OTHER_DIGEST);
  } catch (error) {
    const left = await trial.clearUp();
    const problem = trial.problemOf(error);
    if (!(problem instanceof S3Problem) || problem.fault === 'S3Aborted') throw problem;
    if (problem.fault === 'S3AccessDenied') return { ...ok('The storage refuses to write there.'), policy_line: null };
    if (OF_DIGEST.has(String(problem.details['s3_code']))) return writable('');
    return { status: 'not_tried', detail: `${problem.message}${left}`, policy_line: null };
  }
  // The storage does not look at digests.
  return writable(await trial.clearUp());
}

/** What may be at the key of a trial. */
type Remains = 'nothing' | 'maybe' | 'object';

/** An object under a name of its own that a check writes to see whether it may, and takes away again. */
class TrialObject {
  private readonly object: { readonly Bucket: string; readonly Key: string };
  private remains: Remains = 'nothing';

  constructor(private readonly ground: Ground) {
    this.object = { Bucket: ground.bucket, Key: `${ground.prefix}lakescope-check-${randomUUID()}` };
  }

  get uri(): string {
    return `s3://${this.object.Bucket}/${this.object.Key}`;
  }

  about(right: S3Right): S3Question {
    const { connection, bucket, prefix } = this.ground;
    return { right, connection, bucket, prefix };
  }

  /** The problem that an error of `put` is. */
  problemOf(error: unknown): unknown {
    return asS3Problem(error, { ...this.about('s3:PutObject'), key: this.object.Key });
  }

  /** Writes only where nothing is. Rejects as the client does. */
  async put(ContentMD5 = DIGEST): Promise<void> {
    const { client, signal } = this.ground;
    const input = { ...this.object, Body: CONTENT, ContentMD5, IfNoneMatch: '*' };
    try {
      await client.putObject(input, { abortSignal: signal });
      this.remains = 'object';
    } catch (error) {
      if (this.remains === 'nothing' && !isRefusal(this.problemOf(error))) this.remains = 'maybe';
      throw error;
    }
  }

  /** What was written has to go, also when the client has left: the signal does not keep it from that. Rejects as the client does. */
  async delete(): Promise<void> {
    await this.ground.client.deleteObject(this.object);
    this.remains = 'nothing';
  }

  /** Deletes what is, or may be, there. What is to be said of what stays behind; empty when nothing does. */
  async clearUp(): Promise<string> {
    if (this.remains === 'nothing') return '';
    try {
      await this.delete();
      return '';
    } catch (error) {
      const problem = asS3Problem(error, { ...this.about('s3:DeleteObject'), key: this.object.Key });
      if (!(problem instanceof S3Problem)) throw problem;
      const left =
        this.remains === 'object'
          ? `The object ${this.uri} of the check is left behind`
          : `Whether the object ${this.uri} of the check was written is not known`;
      // Whoever left reads no report.
      logger.warn(`${left}: it could not be deleted. ${problem.message}`);
      return ` ${left}: it could not be deleted.`;
    }
  }
}

/** Whether the storage has said itself that it did not write. That something is there already may be said of what a lost answer was about. */
function isRefusal(problem: unknown): boolean {
  const status = problem instanceof S3Problem ? Number(problem.details['s3_status']) : NaN;
  return status >= 400 && status < 500 && status !== 408 && status !== 412;
}
