import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Where a suite is written. Paths are '/'-separated and relative to its root. */
export interface SyntheticBucket {
  /** `s3://bucket/prefix` or `file:///folder`, without a trailing slash: what the manifest says. */
  readonly uri: string;
  put(path: string, bytes: Uint8Array | string): Promise<void>;
  /** Undefined when it is not there. */
  get(path: string): Promise<string | undefined>;
}

/** A folder of this machine. Written without waiting: many tiny files are done sooner one after the other. */
export class FolderBucket implements SyntheticBucket {
  readonly uri: string;
  private readonly folders = new Set<string>();

  /** `uri`: what the manifest calls the folder, when it is known by another name (a bucket that is served from it). */
  constructor(
    private readonly root: string,
    uri?: string,
  ) {
    this.uri = uri ?? pathToFileURL(root).href.replace(/\/$/, '');
  }

  put(path: string, bytes: Uint8Array | string): Promise<void> {
    const file = join(this.root, path);
    const folder = dirname(file);
    if (!this.folders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      this.folders.add(folder);
    }
    writeFileSync(file, bytes);
    return Promise.resolve();
  }

  get(path: string): Promise<string | undefined> {
    try {
      return Promise.resolve(readFileSync(join(this.root, path), 'utf8'));
    } catch (error) {
      if (saysOf(error, 'code') === 'ENOENT') return Promise.resolve(undefined);
      throw error;
    }
  }
}

/** A prefix of a bucket in S3 or a store that speaks its protocol. */
export class S3Bucket implements SyntheticBucket {
  readonly uri: string;

  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {
    this.uri = `s3://${[bucket, prefix].filter((part) => part !== '').join('/')}`;
  }

  async put(path: string, bytes: Uint8Array | string): Promise<void> {
    const Body = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    const place = { Bucket: this.bucket, Key: this.key(path) };
    // Said, because the client takes a body without bytes for a stream of unknown length.
    await this.client.send(new PutObjectCommand({ ...place, Body, ContentLength: Body.length }));
  }

  async get(path: string): Promise<string | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.key(path) }));
      return await Body?.transformToString();
    } catch (error) {
      if (saysOf(error, 'name') === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  private key(path: string): string {
    return this.prefix === '' ? path : `${this.prefix}/${path}`;
  }
}

/** Asked by shape: errors may come from another realm than this module. */
function saysOf(error: unknown, field: 'code' | 'name'): unknown {
  return error !== null && typeof error === 'object' && field in error
    ? (error as Record<string, unknown>)[field]
    : undefined;
}
