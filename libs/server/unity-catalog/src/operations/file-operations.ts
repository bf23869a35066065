import { isUtf8 } from 'node:buffer';
import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import { InvalidRequest, UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { readBounded } from '../files/bounded-file';
import { VolumePath } from '../files/volume-path';
import type { CreateDirectoryOperation, ReadFileOperation, WriteFileOperation } from './operation.dto';
import type { EnsuredDirectoryDto, FileTextDto, WrittenFileDto } from './operation-answer.dto';
import { FileExists, FileTooLarge } from './operations.errors';

/** As much as fits into a request, so that what can be read can be written, too. */
export const MAX_FILE_BYTES = 1024 * 1024;

/** Small files of volumes as part of JSON, read and written as the caller. */
@Injectable()
export class FileOperations {
  constructor(private readonly databricks: DatabricksClients) {}

  async createDirectory(
    caller: UserCaller,
    operation: CreateDirectoryOperation,
    signal: AbortSignal,
  ): Promise<EnsuredDirectoryDto> {
    const path = VolumePath.parse(operation.path).toString();
    await this.databricks.asUser(caller).files.createDirectory(path, { signal });
    return { path };
  }

  async read(caller: UserCaller, operation: ReadFileOperation, signal: AbortSignal): Promise<FileTextDto> {
    const path = VolumePath.parseBelow(operation.path, 'a file').toString();
    const { files } = this.databricks.asUser(caller);
    const bytes = await readBounded(files, path, MAX_FILE_BYTES, signal);
    if (bytes === undefined) {
      const found = await files.head(path, { signal });
      throw new FileTooLarge(path, found?.sizeBytes, MAX_FILE_BYTES);
    }
    const isText = isUtf8(bytes);
    const encoding = operation.encoding ?? (isText ? 'utf-8' : 'base64');
    if (encoding === 'base64') return { content: bytes.toString('base64'), encoding };
    if (!isText) throw refusal('encoding', 'must be base64: the file is not UTF-8 text');
    return { content: bytes.toString('utf8'), encoding };
  }

  async write(caller: UserCaller, operation: WriteFileOperation, signal: AbortSignal): Promise<WrittenFileDto> {
    const path = VolumePath.parseBelow(operation.path, 'a file').toString();
    const bytes = contentOf(operation);
    const { files } = this.databricks.asUser(caller);
    const written = { path, size_bytes: bytes.length };
    try {
      // Also where a file may be replaced: only so is it known whether there was one.
      await files.upload(path, bytes, { overwrite: false, signal });
      return { ...written, overwritten: false };
    } catch (error) {
      if (!(error instanceof PlatformError) || (error.kind !== 'already_exists' && error.kind !== 'conflict')) {
        throw error;
      }
      if (operation.if_absent) throw new FileExists(path, error);
    }
    await files.upload(path, bytes, { overwrite: true, signal });
    return { ...written, overwritten: true };
  }
}

function contentOf({ content, encoding }: WriteFileOperation): Buffer {
  if (encoding === 'base64') {
    const bytes = Buffer.from(content, 'base64');
    // What is no base64 is skipped when decoding; only the way back tells.
    if (bytes.toString('base64') !== content) throw refusal('content', 'must be base64');
    return bytes;
  }
  if (/\p{Cs}/u.test(content)) throw refusal('content', 'must be valid Unicode');
  return Buffer.from(content, 'utf8');
}

function refusal(path: string, message: string): InvalidRequest {
  return new InvalidRequest(`${path} ${message}`, [{ path, message }]);
}
