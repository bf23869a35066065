import { createHash, randomUUID } from 'node:crypto';
import type { S3 } from '@aws-sdk/client-s3';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { ConnectionTarget } from '../connections/connection-targets';
import { OpenedConnections, type OpenedConnection } from '../connections/opened-connections';
import { policyLine, writeDenial, type S3Right } from '../s3-policy';
import { asS3Problem, S3Problem, type S3Question } from '../s3-problem';
import type { CheckS3ConnectionDto } from './check-connection.dto';
import type { RightName, RightStatus, S3RightDto, S3RightsReportDto } from './rights-report.dto';

/** Where a check looks. */
interface Ground {
  readonly connection: OpenedConnection;
  readonly client: S3;
  readonly bucket: string;
  readonly prefix: string;
  readonly signal: AbortSignal;
}

/** Where the rights of a connection are tried that somebody else has found. */
export interface CheckedPlace {
  readonly bucket: string;
  /** With a slash at its end, or empty. */
  readonly prefix: string;
  /** Object to read; the first one that is listed without. */
  readonly key?: string;
}

/** Whether those who only read are refused to write: `ok` when they are, `failed` when they could write. */
export interface WriteRefusal extends Finding {
  readonly policy_line: string | null;
}

/** What was seen when a right was tried. */
interface Finding {
  readonly status: RightStatus;
  readonly detail: string;
}

const CONTENT = Buffer.from('Written by a check of rights; it may be deleted.\n');
const NO_BUCKET = 'No bucket is named, neither here nor in the connection.';

/**
 * Tries each right by itself, with the least that shows it. Storage that refuses one right says nothing of the others, so a missing right
 * stops no other try.
 */
@Injectable()
export class ConnectionCheck {
  constructor(private readonly connections: OpenedConnections) {}

  async run(
    caller: UserCaller,
    id: string,
    wanted: CheckS3ConnectionDto,
    signal: AbortSignal,
  ): Promise<S3RightsReportDto> {
    const connection = await this.connections.open(caller, id);
    const bucket = wanted.bucket ?? connection.bucket;
    const prefix = wanted.prefix ?? (wanted.bucket === undefined ? connection.prefix : '');
    const rights = [await this.listsBuckets(connection, signal)];
    if (bucket === undefined) rights.push(...withoutBucket(wanted.write === true));
    else {
      const ground = { connection, client: connection.client, bucket, prefix, signal };
      rights.push(...(await this.reads(ground, wanted.key)), ...(wanted.write === true ? await writes(ground) : []));
    }
    const isOk = (...names: RightName[]): boolean =>
      names.every((name) => rights.some(({ right, status }) => right === name && status === 'ok'));
    return {
      connection_id: connection.id,
      bucket: bucket ?? null,
      prefix,
      readable: isOk('list_bucket', 'head_object', 'get_object'),
      writable: wanted.write === true ? isOk('put_object', 'conditional_put') : null,
      rights,
      checked_at: new Date().toISOString(),
    };
  }

  /**
   * What somebody needs who only reads below a place: the rights to list it and to read an object of it. And whether the storage refuses them
   * to write there, as it should; nothing is written to find that out.
   */
  async ofSource(
    found: ConnectionTarget,
    place: CheckedPlace,
    signal: AbortSignal,
  ): Promise<{ readonly rights: readonly S3RightDto[]; readonly writing: WriteRefusal }> {
    const ground = await this.groundOf(found, place, signal);
    return { rights: await this.reads(ground, place.key), writing: await refusesWrites(ground) };
  }

  /** What a writer of Delta tables needs below a place. An object is written there, and deleted again. */
  async ofTarget(found: ConnectionTarget, place: CheckedPlace, signal: AbortSignal): Promise<readonly S3RightDto[]> {
    const ground = await this.groundOf(found, place, signal);
    return [...(await this.reads(ground, place.key)), ...(await writes(ground))];
  }

  private async groundOf(
    found: ConnectionTarget,
    { bucket, prefix }: CheckedPlace,
    signal: AbortSignal,
  ): Promise<Ground> {
    const connection = await this.connections.openTarget(found);
    return { connection, client: connection.client, bucket, prefix, signal };
  }

  /** Convenient, and not needed for anything but choosing a bucket from a list. */
  private listsBuckets(connection: OpenedConnection, signal: AbortSignal): Promise<S3RightDto> {
    return tried('list_buckets', { right: 's3:ListAllMyBuckets', connection }, async () => {
      const { Buckets = [] } = await connection.client.listBuckets({ MaxBuckets: 1000 }, { abortSignal: signal });
      return ok(Buckets.length === 1 ? 'One bucket is listed.' : `${Buckets.length} buckets are listed.`);
    });
  }

  private async reads(ground: Ground, wanted: string | undefined): Promise<S3RightDto[]> {
    const { connection, client, bucket, prefix, signal } = ground;
    const [listed, found] = await listing(ground);
    // Storage tells only those who may list that a key is not there, so a key that is not there shows the right as well.
    const key = wanted ?? found ?? `${prefix}lakescope-check-${randomUUID()}`;
    const isGuess = wanted === undefined && found === undefined;
    const reading = (right: RightName, ask: () => Promise<unknown>): Promise<S3RightDto> =>
      tried(right, { right: 's3:GetObject', connection, bucket, key: isGuess ? undefined : key, prefix }, async () => {
        try {
          await ask();
          return ok(`s3://${bucket}/${key} can be read.`);
        } catch (error) {
          const problem = asS3Problem(error, { right: 's3:GetObject', connection, bucket, key });
          if (!(problem instanceof S3Problem)) throw error;
          if (problem.fault === 'S3ObjectNotFound') {
            return isGuess
              ? ok('There is nothing below the prefix, and reading what is not there is not refused.')
              : { status: 'failed', detail: problem.message };
          }
          if (problem.fault === 'S3AccessDenied' && isGuess && listed.status !== 'ok') {
            return {
              status: 'not_tried',
              detail: 'No object is known that could be read: name the key of one that is there, and check again.',
            };
          }
          throw error;
        }
      });
    const object = { Bucket: bucket, Key: key };
    const got = await reading('get_object', async () => {
      const { Body } = await client.getObject({ ...object, Range: 'bytes=0-0' }, { abortSignal: signal }).catch(
        // Of an empty object there is no first byte.
        (error: unknown) => {
          if ((error as { name?: unknown }).name === 'InvalidRange') return { Body: undefined };
          throw error;
        },
      );
      await Body?.transformToByteArray();
    });
    const looked = await reading('head_object', () => client.headObject(object, { abortSignal: signal }));
    // A refused HEAD does not say why; the same right is needed for the GET, whose answer does.
    const isExplained = looked.status !== 'ok' && got.status !== 'ok';
    return [listed, isExplained ? { ...got, right: 'head_object' } : looked, got];
  }
}

/** With the first object below the prefix, if there is one that holds something. */
async function listing({
  connection,
  client,
  bucket,
  prefix,
  signal,
}: Ground): Promise<[S3RightDto, string | undefined]> {
  let found: string | undefined;
  const right = await tried('list_bucket', { right: 's3:ListBucket', connection, bucket, prefix }, async () => {
    const input = { Bucket: bucket, Prefix: prefix, MaxKeys: 20, EncodingType: 'url' as const };
    const { Contents = [] } = await client.listObjectsV2(input, { abortSignal: signal });
    const first = Contents.find(({ Size = 0 }) => Size > 0) ?? Contents[0];
    found = first?.Key === undefined ? undefined : decodeURIComponent(first.Key.replaceAll('+', ' '));
    return ok(found === undefined ? 'There is nothing below the prefix.' : `s3://${bucket}/${found} is listed.`);
  });
  return [right, found];
}

/** As a commit of a Delta table is written: only where nothing is. What was written is deleted again. */
async function writes(ground: Ground): Promise<S3RightDto[]> {
  const { connection, client, bucket, prefix, signal } = ground;
  const key = `${prefix}lakescope-check-${randomUUID()}`;
  const about = (right: S3Right): S3Question => ({ right, connection, bucket, prefix });
  const object = { Bucket: bucket, Key: key };
  const put = (): Promise<unknown> =>
    client.putObject({ ...object, Body: CONTENT, IfNoneMatch: '*' }, { abortSignal: signal });
  const written = await tried('put_object', about('s3:PutObject'), async () => {
    await put();
    return ok(`s3://${bucket}/${key} was written.`);
  });
  if (written.status !== 'ok') {
    const detail = 'Nothing could be written.';
    return [written, notTried('conditional_put', detail), notTried('delete_object', detail)];
  }
  const conditional = await tried('conditional_put', about('s3:PutObject'), async () => {
    try {
      await put();
    } catch (error) {
      const problem = asS3Problem(error, { ...about('s3:PutObject'), key });
      if (problem instanceof S3Problem && problem.fault === 'S3ObjectExists') {
        return ok('What is there already is not written over.');
      }
      throw error;
    }
    const detail = 'The storage wrote over an object although it was told not to: two writers could lose a commit.';
    return { status: 'failed', detail };
  });
  const deleted = await tried('delete_object', about('s3:DeleteObject'), async () => {
    // What was written has to go, also when the client has left.
    await client.deleteObject(object);
    return ok(`s3://${bucket}/${key} was deleted.`);
  });
  if (deleted.status !== 'ok') deleted.detail += ` The object s3://${bucket}/${key} is left behind.`;
  return [written, conditional, deleted];
}

/** Of other bytes than are sent: whatever the storage thinks of `If-None-Match`, it stores nothing that comes with this digest. */
const OTHER_DIGEST = createHash('md5').update('something else').digest('base64');

/** Asks for a write that no storage can do. Who may not write is told so; who is told of the digest could have written. */
async function refusesWrites({ connection, client, bucket, prefix, signal }: Ground): Promise<WriteRefusal> {
  const object = { Bucket: bucket, Key: `${prefix}lakescope-check-${randomUUID()}` };
  const about: S3Question = { right: 's3:PutObject', connection, bucket, prefix };
  const writable: WriteRefusal = {
    status: 'failed',
    detail: `The keys of the S3 connection ${connection.name} can write below s3://${bucket}/${prefix}, which is only to be read.`,
    policy_line: writeDenial({ connection, bucket, prefix }),
  };
  try {
    await client.putObject(
      { ...object, Body: CONTENT, ContentMD5: OTHER_DIGEST, IfNoneMatch: '*' },
      { abortSignal: signal },
    );
    // A storage that does not look at digests.
    await client.deleteObject(object);
    return writable;
  } catch (error) {
    const problem = asS3Problem(error, about);
    if (!(problem instanceof S3Problem) || problem.fault === 'S3Aborted') throw problem;
    if (problem.fault === 'S3AccessDenied') return { ...ok('The storage refuses to write there.'), policy_line: null };
    if (OF_DIGEST.has(String(problem.details['s3_code']))) return writable;
    return { status: 'not_tried', detail: problem.message, policy_line: null };
  }
}

/** Codes of a refusal for the digest (S3 API reference, "Error responses"). */
const OF_DIGEST: ReadonlySet<string> = new Set(['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch']);

async function tried(right: RightName, about: S3Question, work: () => Promise<Finding>): Promise<S3RightDto> {
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

function withoutBucket(write: boolean): S3RightDto[] {
  const reading: RightName[] = ['list_bucket', 'head_object', 'get_object'];
  const writing: RightName[] = write ? ['put_object', 'conditional_put', 'delete_object'] : [];
  return [...reading, ...writing].map((right) => notTried(right, NO_BUCKET));
}

function notTried(right: RightName, detail: string): S3RightDto {
  return { right, status: 'not_tried', detail, policy_line: null };
}

function ok(detail: string): Finding {
  return { status: 'ok', detail };
}
