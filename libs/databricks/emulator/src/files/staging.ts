import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { contentCut, fileTooLarge } from './files-refusals';

/** Content that has arrived as a whole and waits to be put where it belongs. Moving it away is fine; what is left is discarded. */
export interface StagedFile {
  readonly path: string;
  readonly sizeBytes: number;
  discard(): Promise<void>;
}

/**
 * Where content lies while it arrives: on the same file system as the volumes, so that it appears there by a rename, and
 * never in a volume, so that nobody sees half of a file. What a killed workspace leaves here is swept at the next start.
 */
export class Staging {
  private constructor(private readonly directory: string) {}

  static async open(stateDirectory: string): Promise<Staging> {
    const directory = join(stateDirectory, 'uploads', 'incoming');
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new Staging(directory);
  }

  /**
   * Takes the content to its end, chunk by chunk. Refuses what is cut or longer than allowed; the stream is then left as it
   * is, so that the refusal can still be answered. There is no sync to the disk: what is acknowledged survives a kill of the
   * workspace, and a power cut is not what it guards against.
   */
  async receive(content: Readable, maximumBytes: number): Promise<StagedFile> {
    return this.collect(async (handle) => copy(uncut(content), handle, maximumBytes));
  }

  /** The same, and the MD5 of the content in hex, which storage gives as the ETag of a part. */
  async receiveHashed(content: Readable, maximumBytes: number): Promise<StagedFile & { md5: string }> {
    const hash = createHash('md5');
    const staged = await this.collect(async (handle) =>
      copy(uncut(content), handle, maximumBytes, (chunk) => hash.update(chunk)),
    );
    return { ...staged, md5: hash.digest('hex') };
  }

  /** One file out of several. Throws what reading one of them throws. */
  async join(paths: readonly string[]): Promise<StagedFile> {
    return this.collect(async (target) => {
      let size = 0;
      for (const path of paths) {
        const source = await open(path, 'r');
        try {
          const content = source.createReadStream({ autoClose: false, highWaterMark: 1 << 20 });
          size += await copy(content as AsyncIterable<Buffer>, target, Infinity);
        } finally {
          await source.close();
        }
      }
      return size;
    });
  }

  private async collect(write: (handle: FileHandle) => Promise<number>): Promise<StagedFile> {
    const path = join(this.directory, randomUUID());
    const discard = () => rm(path, { force: true });
    const handle = await open(path, 'wx');
    try {
      return { path, sizeBytes: await write(handle), discard };
    } catch (error) {
      await discard();
      throw error;
    } finally {
      await handle.close();
    }
  }
}

async function copy(
  content: AsyncIterable<Buffer>,
  handle: FileHandle,
  maximumBytes: number,
  seen: (chunk: Buffer) => void = () => undefined,
): Promise<number> {
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > maximumBytes) throw fileTooLarge(maximumBytes);
    seen(chunk);
    await handle.writeFile(chunk);
  }
  return size;
}

/** The chunks of a request. Whatever ends it before its content has ended is the same: a cut. */
async function* uncut(content: Readable): AsyncGenerator<Buffer> {
  try {
    yield* content.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  } catch (error) {
    const refusal = contentCut();
    refusal.cause = error;
    throw refusal;
  }
}
