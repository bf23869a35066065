import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { AlreadyExists, StorageNotFound, WriteOutcomeUnknown } from '../errors';
import type { S3Call } from './s3-attempts';
import { S3Body } from './s3-body';
import { decodedKey, nextPage, S3Calls, sdk, type S3Patience } from './s3-calls';
import { attemptsOf } from './s3-failures';
import type { Storage, StorageEntry, StorageReadOptions } from './storage';
import { cleanPath, compareBytes, joinPath } from './storage-path';

/** The place of a table in S3, and how long a slow store is waited for. */
export interface S3StorageOptions extends S3Patience {
  /**
   * With the credentials, region and endpoint of one caller. Its `credentials` may be a function: it is asked again when the store says that
   * they have expired. Calls are tried again here, so `maxAttempts: 1` keeps the client from doing the same.
   */
  client: S3Client;
  bucket: string;
  /** The folder of the table inside the bucket; none means the whole bucket. */
  prefix?: string;
  /** Whose rights the client has, where it is used beside clients of others: caches keep what they read apart. */
  cacheScope?: string;
}

/**
 * A prefix of a bucket in S3 or a store that speaks its protocol, through the AWS SDK v3 (`@aws-sdk/client-s3`, which the caller brings).
 * Files are created by conditional PUTs (`If-None-Match: *`): whole or not at all, and never over another.
 */
export class S3Storage implements Storage {
  readonly location: string;
  readonly cacheScope: string | undefined;
  private readonly calls: S3Calls;
  private readonly root: string;

  constructor({ client, bucket, prefix = '', cacheScope, ...patience }: S3StorageOptions) {
    this.calls = new S3Calls(client, bucket, patience);
    this.root = cleanPath(prefix.replace(/^\/+/, ''));
    this.location = joinPath(`s3://${bucket}`, this.root);
    this.cacheScope = cacheScope;
  }

  async *list(
    directory: string,
    options: { startAfter?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<StorageEntry> {
    const clean = cleanPath(directory);
    const key = joinPath(this.root, clean);
    const prefix = key === '' ? '' : `${key}/`;
    const after = options.startAfter === undefined ? undefined : prefix + options.startAfter;
    const entries: StorageEntry[] = [];
    let isThere = prefix === '';
    for await (const page of this.pages(prefix, { after, signal: options.signal })) {
      isThere ||= isNotEmpty(page);
      entries.push(...entriesOf(page, prefix));
    }
    // There are no folders, only keys: one that none begins with is not there, unless they all come before the start.
    isThere ||= after !== undefined && (await this.hasKeys(prefix, options.signal));
    if (!isThere) throw new StorageNotFound(this.describe(clean));
    // Keys are listed by their bytes with the slash behind a folder's name, names are wanted by theirs: `a-b` comes before `a/`, after `a`.
    yield* entries
      .filter(({ name }) => options.startAfter === undefined || compareBytes(name, options.startAfter) > 0)
      .sort((left, right) => compareBytes(left.name, right.name));
  }

  async read(path: string, { range, signal }: StorageReadOptions = {}): Promise<Uint8Array> {
    const call = this.call(path, 's3:GetObject', signal);
    const body = new S3Body(range);
    if (body.isEmpty) return new Uint8Array(0);
    return this.calls.attempts.run(
      call,
      async () => {
        const input = { Key: this.key(path), Range: body.missingRange(), IfMatch: body.etag };
        await this.calls.watched(signal, async (alive, abortSignal) => {
          const answer = await this.calls.get(input, abortSignal);
          await body.take(answer, alive, abortSignal);
        });
        return body.bytes();
      },
      {
        takeOver: async (failure) => {
          if (failure.kind === 'range' && body.isFresh) return { answer: new Uint8Array(0) };
          if (failure.kind !== 'exists') return undefined;
          // Another object took its place while it was read: it is read from the start.
          body.forget();
          return 'again';
        },
        hasProgressed: () => body.hasProgressed(),
      },
    );
  }

  async head(
    path: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<{ sizeBytes: number; modifiedAt: number } | undefined> {
    const call = this.call(path, 's3:GetObject', signal);
    const { HeadObjectCommand } = await sdk();
    let hasAskedWhy = false;
    return this.calls.attempts.run<{ sizeBytes: number; modifiedAt: number } | undefined>(
      call,
      async () => {
        const answer = await this.calls.watched(signal, (_, abortSignal) =>
          this.calls.client.send(new HeadObjectCommand(this.object(path)), { abortSignal }),
        );
        return { sizeBytes: answer.ContentLength ?? 0, modifiedAt: answer.LastModified?.getTime() ?? 0 };
      },
      {
        takeOver: async (failure) => {
          if (failure.kind === 'missing') return { answer: undefined };
          if (failure.kind !== 'nameless' || hasAskedWhy) return undefined;
          // A refused HEAD does not say why, and a GET does; one that succeeds has renewed what was wrong.
          hasAskedWhy = true;
          await this.read(path, { range: { offset: 0, length: 1 }, signal });
          return 'again';
        },
      },
    );
  }

  /**
   * A lost answer says nothing about the write, so the object is read back: commits and data files hold an id of their own (`txnId`, the name),
   * which makes equal bytes the same write. WriteOutcomeUnknown when that cannot be found out either.
   */
  async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    const call = this.call(path, 's3:PutObject', undefined);
    const key = this.key(path);
    let isAmbiguous = false;
    try {
      await this.calls.attempts.run<void>(call, () => this.calls.put(key, bytes, '*'), {
        takeOver: async (failure, thrown) => {
          isAmbiguous ||= failure.kind === 'unavailable' || attemptsOf(thrown) > 1;
          // Two conditional writes at the same moment: the store wants one of them sent again.
          if (failure.kind === 'conflict') return 'again';
          if (failure.kind !== 'exists') return undefined;
          if (isAmbiguous && (await this.holder(path, bytes)) === 'us') return { answer: undefined };
          throw new AlreadyExists(this.describe(path));
        },
      });
    } catch (error) {
      if (!isAmbiguous || error instanceof AlreadyExists) throw error;
      const holder = await this.holder(path, bytes).catch(() => undefined);
      if (holder === 'us') return;
      if (holder === 'others') throw new AlreadyExists(this.describe(path), { cause: error });
      throw new WriteOutcomeUnknown(this.describe(path), { cause: error });
    }
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    const call = this.call(path, 's3:PutObject', undefined);
    const key = this.key(path);
    await this.calls.attempts.run<void>(call, () => this.calls.put(key, bytes));
  }

  private async holder(path: string, bytes: Uint8Array): Promise<'us' | 'others' | 'nobody'> {
    try {
      return Buffer.from(bytes).equals(await this.read(path)) ? 'us' : 'others';
    } catch (error) {
      if (error instanceof StorageNotFound) return 'nobody';
      throw error;
    }
  }

  private async *pages(
    prefix: string,
    options: { after: string | undefined; signal: AbortSignal | undefined; maxKeys?: number },
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    const { ListObjectsV2Command } = await sdk();
    const call = { path: `s3://${this.calls.bucket}/${prefix}`, right: 's3:ListBucket', signal: options.signal };
    let token: string | undefined;
    do {
      const input = {
        Bucket: this.calls.bucket,
        Prefix: prefix,
        Delimiter: '/',
        // XML has no form for some characters that keys may have.
        EncodingType: 'url' as const,
        MaxKeys: options.maxKeys,
        ...(token === undefined ? { StartAfter: options.after } : { ContinuationToken: token }),
      };
      const page = await this.calls.attempts.run(call, () =>
        this.calls.watched(options.signal, (_, abortSignal) =>
          this.calls.client.send(new ListObjectsV2Command(input), { abortSignal }),
        ),
      );
      yield page;
      token = options.maxKeys === undefined ? nextPage(page, token, call.path) : undefined;
    } while (token !== undefined);
  }

  private async hasKeys(prefix: string, signal: AbortSignal | undefined): Promise<boolean> {
    for await (const page of this.pages(prefix, { after: undefined, signal, maxKeys: 1 })) {
      return isNotEmpty(page);
    }
    return false;
  }

  private object(path: string): { Bucket: string; Key: string } {
    return { Bucket: this.calls.bucket, Key: this.key(path) };
  }

  private key(path: string): string {
    return joinPath(this.root, cleanPath(path));
  }

  private call(path: string, right: string, signal: AbortSignal | undefined): S3Call {
    return { path: this.describe(cleanPath(path)), right, signal };
  }

  private describe(path: string): string {
    return joinPath(this.location, path);
  }
}

function entriesOf(page: ListObjectsV2CommandOutput, prefix: string): StorageEntry[] {
  const folders = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => ({
    name: decodedKey(Prefix).slice(prefix.length, -1),
    isDirectory: true,
    sizeBytes: 0,
    modifiedAt: 0,
  }));
  const files = (page.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
    name: decodedKey(Key).slice(prefix.length),
    isDirectory: false,
    sizeBytes: Size,
    modifiedAt: LastModified?.getTime() ?? 0,
  }));
  // The folder's own key, which consoles make to show an empty folder, and keys with two slashes have no name here.
  return [...folders, ...files].filter(({ name }) => name !== '');
}

/** Compatible stores may leave out `KeyCount`. */
function isNotEmpty(page: ListObjectsV2CommandOutput): boolean {
  return (page.Contents ?? []).length + (page.CommonPrefixes ?? []).length > 0;
}
