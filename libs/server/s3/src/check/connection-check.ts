import { randomUUID } from 'node:crypto';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { ConnectionTarget } from '../connections/connection-targets';
import { OpenedConnections, type OpenedConnection } from '../connections/opened-connections';
import { asS3Problem, S3Problem } from '../s3-problem';
import type { CheckS3ConnectionDto } from './check-connection.dto';
import { notTried, ok, tried, type Ground } from './right-trials';
import type { RightName, S3RightDto, S3RightsReportDto } from './rights-report.dto';
import { refusesWrites, writes, type WriteRefusal } from './write-trials';

/** Where the rights of a connection are tried that somebody else has found. */
export interface CheckedPlace {
  readonly bucket: string;
  /** With a slash at its end, or empty. */
  readonly prefix: string;
  /** Object to read; the first one that is listed without. */
  readonly key?: string;
}

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
   * to write there, as it should; nothing is written to find that out, unless by storage that looks at no digest: that is deleted again.
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

function withoutBucket(write: boolean): S3RightDto[] {
  const reading: RightName[] = ['list_bucket', 'head_object', 'get_object'];
  const writing: RightName[] = write ? ['put_object', 'conditional_put', 'delete_object'] : [];
  return [...reading, ...writing].map((right) => notTried(right, NO_BUCKET));
}
