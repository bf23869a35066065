import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidParameter } from '../http/refusals';
import { errorCode } from '../state/error-code';
import { JsonDocument } from '../state/json-document';
import { StateCorrupt } from '../state/state-errors';
import { noSuchUpload } from './files-refusals';
import type { StagedFile, Staging } from './staging';
import type { VolumeFiles } from './volume-files';
import type { VolumePath } from './volume-path';

export interface SessionContent {
  volume: string;
  segments: string[];
  overwrite: boolean;
  /** Epoch milliseconds. */
  createdAt: number;
  completed: boolean;
}

/** A part as the client names it to complete the upload. */
export interface NamedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** Storage takes no smaller part but as the last one (Amazon S3, multipart upload limits). */
export const SMALLEST_PART_BYTES = 5 * 1024 ** 2;
export const MOST_PARTS = 10_000;

/**
 * One upload in parts: a folder with what it is to become and a file for each part, named after its number and its MD5.
 * Parts come in any order, and again; what counts is what the client names in the end.
 */
export class UploadSession {
  /** Sizes by file name. */
  private readonly parts = new Map<string, number>();
  private completion: Promise<void> | undefined;

  private constructor(
    private readonly directory: string,
    private readonly document: JsonDocument<SessionContent>,
  ) {}

  static async create(directory: string, content: SessionContent): Promise<UploadSession> {
    await mkdir(directory, { mode: 0o700 });
    return new UploadSession(directory, await openDocument(directory, () => content));
  }

  /** Undefined: nothing that an upload could go on with. */
  static async load(directory: string): Promise<UploadSession | undefined> {
    let document: JsonDocument<SessionContent>;
    try {
      document = await openDocument(directory, () => {
        throw new StateCorrupt(directory, 'no session in it');
      });
    } catch (error) {
      if (error instanceof StateCorrupt || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    }
    const session = new UploadSession(directory, document);
    for (const name of await readdir(directory)) {
      if (PART.test(name)) session.parts.set(name, (await stat(join(directory, name))).size);
    }
    return session;
  }

  get createdAt(): number {
    return this.document.read().createdAt;
  }

  get isCompleted(): boolean {
    return this.document.read().completed;
  }

  leadsTo({ volume, segments }: VolumePath): boolean {
    const target = this.document.read();
    return target.volume === volume && target.segments.join('/') === segments.join('/');
  }

  /** The part in place of what was sent for this number before. */
  async keepPart(partNumber: number, staged: StagedFile & { md5: string }): Promise<void> {
    const name = partName(partNumber, staged.md5);
    const before = [...this.parts.keys()].filter((other) => numberOf(other) === partNumber && other !== name);
    try {
      await rename(staged.path, join(this.directory, name));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') throw noSuchUpload();
      throw error;
    }
    this.parts.set(name, staged.sizeBytes);
    for (const other of before) {
      this.parts.delete(other);
      await rm(join(this.directory, other), { force: true });
    }
  }

  /** Makes the file. Doing so again changes nothing: clients repeat the call when they have missed the answer. */
  complete(named: readonly NamedPart[], files: VolumeFiles, staging: Staging): Promise<void> {
    this.completion ??= this.assemble(named, files, staging).catch((error: unknown) => {
      this.completion = undefined;
      throw error;
    });
    return this.completion;
  }

  private async assemble(named: readonly NamedPart[], files: VolumeFiles, staging: Staging): Promise<void> {
    const content = this.document.read();
    if (content.completed) return;
    const whole = join(this.directory, 'whole');
    // After a kill between the two steps the file is there already, and would look like somebody else's.
    if (!(await files.holds(whole, content.segments))) {
      const staged = await joined(staging, this.chosen(named));
      await rename(staged.path, whole);
      await files.place(whole, content.segments, content);
    }
    await this.document.write({ ...content, completed: true });
    for (const name of ['whole', ...this.parts.keys()]) await rm(join(this.directory, name), { force: true });
    this.parts.clear();
  }

  /** The files of the parts in their order. */
  private chosen(named: readonly NamedPart[]): readonly string[] {
    if (named.length === 0) throw invalidParameter('An upload needs at least one part.');
    return named.map(({ partNumber, etag }, index) => {
      const name = partName(partNumber, etag.replaceAll('"', ''));
      const size = this.parts.get(name);
      if (size === undefined) throw invalidPart(partNumber);
      if (partNumber <= (named[index - 1]?.partNumber ?? 0)) {
        throw invalidParameter('The parts must be in ascending order, each of them once.');
      }
      if (size < SMALLEST_PART_BYTES && index < named.length - 1) {
        throw invalidParameter(`Part ${partNumber} is smaller than the minimum of ${SMALLEST_PART_BYTES} bytes.`);
      }
      return join(this.directory, name);
    });
  }
}

const PART = /^part-(\d{1,5})-[0-9a-f]{32}$/;

function partName(partNumber: number, md5: string): string {
  return `part-${partNumber}-${md5}`;
}

function numberOf(name: string): number {
  return Number(PART.exec(name)?.[1]);
}

function invalidPart(partNumber: number): Error {
  return invalidParameter(`Part ${partNumber} could not be found, or its etag is not the one of what was sent last.`);
}

async function joined(staging: Staging, paths: readonly string[]): Promise<StagedFile> {
  try {
    return await staging.join(paths);
  } catch (error) {
    // A part that was replaced while the file was put together.
    if (errorCode(error) === 'ENOENT') throw invalidParameter('A part was sent again while the upload was completed.');
    throw error;
  }
}

function openDocument(directory: string, create: () => SessionContent): Promise<JsonDocument<SessionContent>> {
  return JsonDocument.open<SessionContent>(join(directory, 'session.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['volume', 'segments', 'overwrite', 'createdAt', 'completed'],
      properties: {
        volume: { type: 'string' },
        segments: { type: 'array', items: { type: 'string' } },
        overwrite: { type: 'boolean' },
        createdAt: { type: 'integer' },
        completed: { type: 'boolean' },
      },
    },
    create,
  });
}
