import { statSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../state/error-code';
import type { IncomingMessage } from 'node:http';
import { BucketStore } from './bucket-store';
import { MultipartUploads } from './multipart-uploads';
import { hasChecksum } from './request-body';
import { accessDenied, invalidRequest, noSuchBucket, S3Error } from './s3-error';
import { isBucketName, LAKE_BUCKET } from './storage-location';

export interface Bucket {
  readonly name: string;
  readonly objects: BucketStore;
  readonly uploads: MultipartUploads;
}

/**
 * The buckets of a state folder. `lakescope-lake` is always there and is the folder `tables`; all others lie below `s3`.
 */
export class Buckets {
  private isClosed = false;
  private readonly opened = new Map<string, Promise<Bucket>>();
  private readonly locked = new Set<string>();

  constructor(private readonly stateDirectory: string) {}

  async list(): Promise<{ name: string; createdAt: Date }[]> {
    const others = await readdir(join(this.stateDirectory, 's3', 'buckets')).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    });
    await mkdir(this.folderOf(LAKE_BUCKET), { recursive: true });
    return Promise.all(
      [LAKE_BUCKET, ...others].sort().map(async (name) => {
        const { birthtime } = await stat(this.folderOf(name));
        return { name, createdAt: birthtime };
      }),
    );
  }

  /** Throws NoSuchBucket. */
  async get(name: string): Promise<Bucket> {
    // Names are checked before they become a path.
    if (!isBucketName(name)) throw noSuchBucket(name);
    if (name !== LAKE_BUCKET) {
      const found = statSync(this.folderOf(name), { throwIfNoEntry: false });
      if (found?.isDirectory() !== true) throw noSuchBucket(name);
    }
    // Of a request whose connection was cut, and who comes here late: nobody would close what is opened now.
    if (this.isClosed) throw noSuchBucket(name);
    const opened = this.opened.get(name) ?? this.open(name);
    this.opened.set(name, opened);
    // A state folder that could not be read may be readable the next time.
    opened.catch(() => this.opened.delete(name));
    return opened;
  }

  /** As in us-east-1, a bucket of one's own is made again without an error. */
  async create(name: string): Promise<void> {
    if (!isBucketName(name)) {
      throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
    }
    await mkdir(this.folderOf(name), { recursive: true });
  }

  /** See `S3Service.requireChecksums`. */
  requireChecksums(name: string): void {
    this.locked.add(name);
  }

  /** Throws InvalidRequest for an upload that S3 does not take into a bucket with Object Lock. */
  mustTake(name: string, what: 'Put Object' | 'Put Part', message: IncomingMessage): void {
    if (!this.locked.has(name) || hasChecksum(message)) return;
    throw invalidRequest(
      `Content-MD5 OR x-amz-checksum- HTTP header is required for ${what} requests with Object Lock parameters`,
    );
  }

  /** Throws NoSuchBucket or BucketNotEmpty; the lake's own bucket stays. */
  async remove(name: string): Promise<void> {
    const { objects } = await this.get(name);
    if (name === LAKE_BUCKET) throw accessDenied();
    if (!(await objects.isEmpty())) {
      throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', { BucketName: name });
    }
    this.opened.delete(name);
    this.locked.delete(name);
    await objects.close();
    await rm(this.folderOf(name), { recursive: true, force: true });
    await rm(this.ownFolderOf(name), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const opened = await Promise.allSettled(this.opened.values());
    for (const bucket of opened) if (bucket.status === 'fulfilled') await bucket.value.objects.close();
    this.opened.clear();
  }

  private async open(name: string): Promise<Bucket> {
    const objects = await BucketStore.open(this.folderOf(name), this.ownFolderOf(name));
    return { name, objects, uploads: new MultipartUploads(join(this.ownFolderOf(name), 'uploads'), objects) };
  }

  /** The name was checked. */
  folderOf(name: string): string {
    return name === LAKE_BUCKET
      ? join(this.stateDirectory, 'tables')
      : join(this.stateDirectory, 's3', 'buckets', name);
  }

  private ownFolderOf(name: string): string {
    return join(this.stateDirectory, 's3', 'state', name);
  }
}
