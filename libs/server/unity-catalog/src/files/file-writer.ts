import { DatabricksClients, PlatformError, type FilesApi } from '@lakescope/databricks-client';
import { DomainError, UserCaller, type StreamedBody } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { TagCondition } from '../if-match';
import { FileEntryDto } from './file-entry.dto';
import { limits } from './file-limits';
import type { PutFileContentQuery } from './files-query.dto';
import { DirectoryNotEmpty, PathTaken } from './files.errors';
import { refuseChanged, versionOf } from './look-at-file';
import { VolumePath } from './volume-path';
import { WriteClaims, type WriteClaim } from './write-claims';

/** Writes and deletes files of volumes, as the caller. */
@Injectable()
export class FileWriter {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly claims: WriteClaims,
  ) {}

  /**
   * Writes a whole file as its bytes come. Until it is complete the file is what it was before. With a condition the last bytes are kept
   * back until it has been found to hold, while nobody else is let through: what was seen is what is replaced.
   */
  async put(
    caller: UserCaller,
    query: PutFileContentQuery,
    body: StreamedBody,
    condition: TagCondition | undefined,
    signal: AbortSignal,
  ): Promise<FileEntryDto> {
    const path = VolumePath.parseBelow(query.path, 'a file');
    const { files } = this.databricks.asUser(caller);
    if (condition === undefined) {
      await upload(files, path, body, { overwrite: query.overwrite === true, signal });
    } else {
      await refuseChanged(files, path, condition, signal);
      const claims: WriteClaim[] = [];
      const lastLook = async (): Promise<void> => {
        claims.push(await this.claims.take(caller, path.toString()));
        await refuseChanged(files, path, condition, signal);
      };
      try {
        const chunks = withLastLook(body.chunks, lastLook);
        await upload(files, path, { ...body, chunks }, { overwrite: true, signal });
      } finally {
        for (const claim of claims) await claim.release();
      }
    }
    return FileEntryDto.ofFile(path, await versionOf(files, path, signal));
  }

  /** With all of its parents; one that is there already is fine. */
  async createDirectory(caller: UserCaller, text: string, signal: AbortSignal): Promise<FileEntryDto> {
    const path = VolumePath.parseBelow(text, 'a directory');
    try {
      await this.databricks.asUser(caller).files.createDirectory(path.toString(), { signal });
    } catch (error) {
      throw isTaken(error) ? new PathTaken(path.toString(), 'something', error) : error;
    }
    return FileEntryDto.ofDirectory(path);
  }

  async deleteFile(caller: UserCaller, text: string, signal: AbortSignal): Promise<void> {
    const path = VolumePath.parseBelow(text, 'a file');
    await this.databricks.asUser(caller).files.deleteFile(path.toString(), { signal });
  }

  /** An empty one only. */
  async deleteDirectory(caller: UserCaller, text: string, signal: AbortSignal): Promise<void> {
    const path = VolumePath.parseBelow(text, 'a directory').toString();
    const { files } = this.databricks.asUser(caller);
    try {
      await files.deleteDirectory(path, { signal });
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== 'bad_request') throw error;
      const { count, isAll } = await countEntries(files, path, signal);
      throw count === 0 ? error : new DirectoryNotEmpty(path, count, isAll, error);
    }
  }
}

export function isTaken(error: unknown): error is PlatformError {
  return error instanceof PlatformError && (error.kind === 'already_exists' || error.kind === 'conflict');
}

/** What was refused while the content was read is told in its own words, not as content that could not be read. */
export function reasonOf(error: unknown): unknown {
  return error instanceof PlatformError && error.cause instanceof DomainError ? error.cause : error;
}

async function upload(
  files: FilesApi,
  path: VolumePath,
  { chunks, sizeBytes }: StreamedBody,
  { overwrite, signal }: { overwrite: boolean; signal: AbortSignal },
): Promise<void> {
  try {
    const length = sizeBytes === undefined ? {} : { sizeBytes };
    await files.upload(path.toString(), chunks, { overwrite, signal, ...length });
  } catch (error) {
    if (isTaken(error)) throw new PathTaken(path.toString(), overwrite ? 'something' : 'file', error);
    throw reasonOf(error);
  }
}

/** The same bytes; the last of them come when `look` has not thrown. */
async function* withLastLook(chunks: AsyncIterable<Uint8Array>, look: () => Promise<void>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    if (held !== undefined) yield held;
    held = chunk;
  }
  await look();
  if (held !== undefined) yield held;
}

async function countEntries(
  files: FilesApi,
  path: string,
  signal: AbortSignal,
): Promise<{ count: number; isAll: boolean }> {
  let count = 0;
  for await (const entry of files.listDirectory(path, { signal })) {
    void entry;
    if (count === limits.countedEntries) return { count, isAll: false };
    count += 1;
  }
  return { count, isAll: true };
}
