import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../state/error-code';
import type { BucketStore, StoredObject, WriteCondition } from './bucket-store';
import { newChecksum, type ChecksumName } from './checksums';
import { KeyLocks } from './key-locks';
import { compareKeys } from './object-key';
import type { ObjectAttributes } from './object-index';
import { noSuchUpload, S3Error } from './s3-error';

export interface MultipartUpload {
  readonly uploadId: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly initiatedAt: number;
  readonly headers: ObjectAttributes['headers'];
  /** What each of its parts is checked by. */
  readonly checksum?: ChecksumName | undefined;
}

/** A part as who completes an upload names it; the checksum is asked for where the upload began with one. */
export interface WantedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksum: string | undefined;
}

export interface UploadedPart {
  readonly number: number;
  /** MD5 of the part, without quotes. */
  readonly etag: string;
  readonly size: number;
  readonly modifiedAt: number;
}

const SMALLEST_PART_BYTES = 5 * 1024 ** 2;

/**
 * Uploads in parts of one bucket: a folder for each, a file for each part, named by its number and MD5, so that nothing has
 * to be kept beside. They survive restarts until they are completed or aborted.
 */
export class MultipartUploads {
  private readonly locks = new KeyLocks();

  constructor(
    private readonly folder: string,
    private readonly objects: BucketStore,
  ) {}

  async create(key: string, headers: ObjectAttributes['headers'], checksum?: ChecksumName): Promise<MultipartUpload> {
    const uploadId = randomBytes(32).toString('base64url');
    const upload = { uploadId, key, initiatedAt: Date.now(), headers, checksum };
    const folder = this.folderOf(upload.uploadId);
    await mkdir(folder, { recursive: true });
    // Named last: a folder without it is no upload.
    await writeFile(join(folder, 'upload.new'), JSON.stringify(upload), { mode: 0o600 });
    await rename(join(folder, 'upload.new'), join(folder, 'upload.json'));
    return upload;
  }

  /** Throws NoSuchUpload, also when the upload is of another key. */
  async get(uploadId: string, key: string): Promise<MultipartUpload> {
    const upload = await this.readUpload(uploadId);
    if (upload?.key !== key) throw noSuchUpload(uploadId);
    return upload;
  }

  /** Makes a written file a part; an earlier one of the same number is gone. */
  addPart({ uploadId, key }: MultipartUpload, number: number, temporary: string, etag: string): Promise<UploadedPart> {
    return this.locks.hold(uploadId, async () => {
      await this.get(uploadId, key);
      const name = `${String(number).padStart(5, '0')}.${etag}`;
      const path = join(this.folderOf(uploadId), name);
      await rename(temporary, path);
      for (const other of await this.partNames(uploadId)) {
        if (other !== name && other.startsWith(name.slice(0, 6))) await rm(join(this.folderOf(uploadId), other));
      }
      const { size, mtimeMs } = await stat(path);
      return { number, etag, size, modifiedAt: mtimeMs };
    });
  }

  /** By number. */
  async parts({ uploadId }: MultipartUpload): Promise<UploadedPart[]> {
    const parts = await Promise.all(
      (await this.partNames(uploadId)).map(async (name) => {
        const [number = '', etag = ''] = name.split('.');
        const facts = await stat(join(this.folderOf(uploadId), name)).catch(() => undefined);
        if (facts === undefined) return [];
        return [{ number: Number(number), etag, size: facts.size, modifiedAt: facts.mtimeMs }];
      }),
    );
    return parts.flat().sort((one, other) => one.number - other.number);
  }

  /** Puts the parts together in the order given, and ends the upload. */
  complete(
    { uploadId, key }: MultipartUpload,
    wanted: readonly WantedPart[],
    condition: WriteCondition,
  ): Promise<StoredObject> {
    return this.locks.hold(uploadId, async () => {
      const upload = await this.get(uploadId, key);
      const parts = this.checkParts(wanted, await this.parts(upload));
      const temporary = this.objects.temporaryFile();
      const file = await open(temporary, 'wx', 0o600);
      try {
        for (const [index, { number, etag }] of parts.entries()) {
          const checksum = upload.checksum === undefined ? undefined : newChecksum(upload.checksum);
          const path = join(this.folderOf(uploadId), `${String(number).padStart(5, '0')}.${etag}`);
          for await (const piece of createReadStream(path, { highWaterMark: 1024 ** 2 })) {
            await file.writeFile(piece as Buffer);
            checksum?.update(piece as Buffer);
          }
          if (checksum !== undefined && checksum.digest() !== wanted[index]?.checksum) throw invalidPart(number, etag);
        }
        await file.close();
        const md5s = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
        const etag = `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`;
        const object = await this.objects.put(temporary, { key, etag, headers: upload.headers }, condition);
        await this.remove(uploadId);
        return object;
      } finally {
        await file.close().catch(() => undefined);
        await rm(temporary, { force: true });
      }
    });
  }

  abort({ uploadId, key }: MultipartUpload): Promise<void> {
    return this.locks.hold(uploadId, async () => {
      await this.get(uploadId, key);
      await this.remove(uploadId);
    });
  }

  /** By key, then by age. */
  async list(prefix: string): Promise<MultipartUpload[]> {
    const ids = await readdir(this.folder).catch(emptyIfMissing);
    const uploads = (await Promise.all(ids.map((id) => this.readUpload(id)))).flatMap((upload) =>
      upload?.key.startsWith(prefix) === true ? [upload] : [],
    );
    return uploads.sort((one, other) => compareKeys(one.key, other.key) || one.initiatedAt - other.initiatedAt);
  }

  private checkParts(wanted: readonly WantedPart[], parts: readonly UploadedPart[]): readonly UploadedPart[] {
    if (wanted.some(({ number }, index) => number <= (wanted[index - 1]?.number ?? 0))) {
      throw new S3Error(
        400,
        'InvalidPartOrder',
        'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
      );
    }
    return wanted.map(({ number, etag }, index) => {
      const part = parts.find((found) => found.number === number && found.etag === etag);
      if (part === undefined) throw invalidPart(number, etag);
      if (index < wanted.length - 1 && part.size < SMALLEST_PART_BYTES) {
        throw new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
          PartNumber: String(number),
          ProposedSize: String(part.size),
          MinSizeAllowed: String(SMALLEST_PART_BYTES),
        });
      }
      return part;
    });
  }

  private async readUpload(uploadId: string): Promise<MultipartUpload | undefined> {
    if (!/^[\w-]{43}$/.test(uploadId)) return undefined;
    try {
      return JSON.parse(await readFile(join(this.folderOf(uploadId), 'upload.json'), 'utf8')) as MultipartUpload;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  private async partNames(uploadId: string): Promise<string[]> {
    const names = await readdir(this.folderOf(uploadId)).catch(emptyIfMissing);
    return names.filter((name) => /^\d{5}\./.test(name));
  }

  private async remove(uploadId: string): Promise<void> {
    // First what makes it an upload: half removed it is none.
    await rm(join(this.folderOf(uploadId), 'upload.json'), { force: true });
    await rm(this.folderOf(uploadId), { recursive: true, force: true });
  }

  private folderOf(uploadId: string): string {
    return join(this.folder, uploadId);
  }
}

function invalidPart(number: number, etag: string): S3Error {
  return new S3Error(
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: String(number), ETag: etag },
  );
}

function emptyIfMissing(error: unknown): string[] {
  if (errorCode(error) === 'ENOENT') return [];
  throw error;
}
