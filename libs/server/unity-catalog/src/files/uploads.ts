import { randomUUID } from 'node:crypto';
import {
  DatabricksClients,
  PlatformError,
  Secret,
  type FilesApi,
  type UploadSession,
} from '@lakescope/databricks-client';
import { UserCaller, type StreamedBody } from '@lakescope/server-http';
import { Injectable, Logger } from '@nestjs/common';
import { tagCondition } from '../if-match';
import { FileEntryDto } from './file-entry.dto';
import { limits } from './file-limits';
import { isTaken, reasonOf } from './file-writer';
import {
  FileChanged,
  PartsDoNotFit,
  PathTaken,
  UploadComplete,
  UploadIncomplete,
  UploadNotFound,
  UploadsNotOffered,
  UnknownPart,
  UploadTooLarge,
  WrongPartLength,
} from './files.errors';
import { lookAtFile, refuseChanged, versionOf } from './look-at-file';
import { missingParts, partBytesOf, partCountOf, uploadedParts, type UploadRecord } from './upload-record';
import { UploadRecords } from './upload-records';
import { UploadDto, type StartUploadDto } from './upload.dto';
import { VolumePath } from './volume-path';
import { WriteClaims } from './write-claims';

interface Opened {
  readonly record: UploadRecord;
  readonly session: UploadSession;
}

/** Files that come in parts, as the caller: each request brings one part, on whichever replica, in any order, and again after a cut. */
@Injectable()
export class Uploads {
  private readonly logger = new Logger('Files');

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly records: UploadRecords,
    private readonly claims: WriteClaims,
  ) {}

  async start(caller: UserCaller, wanted: StartUploadDto, signal: AbortSignal): Promise<UploadDto> {
    const path = VolumePath.parseBelow(wanted.path, 'a file');
    if (wanted.size_bytes > limits.fileBytes) throw new UploadTooLarge(wanted.size_bytes, limits.fileBytes);
    const condition = wanted.if_match === undefined ? undefined : tagCondition(wanted.if_match);
    const id = randomUUID();
    await this.sweep(caller, signal);
    await this.records.assertRoom(caller, id);
    const { files } = this.databricks.asUser(caller);
    const overwrite = wanted.overwrite === true || condition !== undefined;
    // Whoever would be refused in the end is told before gigabytes are sent.
    if (condition !== undefined) await refuseChanged(files, path, condition, signal);
    else if (!overwrite && (await lookAtFile(files, path, signal)) !== undefined) {
      throw new PathTaken(path.toString(), 'file');
    }
    const session = await begin(files, path, overwrite, signal);
    try {
      const upload = { id, path: path.toString(), sizeBytes: wanted.size_bytes, partSizeBytes: limits.partBytes };
      const record = { ...upload, overwrite, ifMatch: wanted.if_match };
      return UploadDto.from(await this.records.create(caller, record, new Secret(session.token)));
    } catch (error) {
      await this.giveUp(files, session);
      throw error;
    }
  }

  async find(caller: UserCaller, id: string): Promise<UploadDto> {
    const found = await this.records.find(caller, id);
    if (found === undefined) throw new UploadNotFound(id);
    return UploadDto.from(found.record);
  }

  /** Takes one part; one that is there already is replaced. */
  async sendPart(
    caller: UserCaller,
    { id, part }: { id: string; part: number },
    body: StreamedBody,
    signal: AbortSignal,
  ): Promise<UploadDto> {
    const { record, session } = await this.opened(caller, id);
    const expected = partBytesOf(record, part);
    if (expected === undefined) throw new UnknownPart(part, partCountOf(record));
    if (body.sizeBytes !== undefined && body.sizeBytes !== expected) {
      throw new WrongPartLength(part, expected, body.sizeBytes);
    }
    const { files } = this.databricks.asUser(caller);
    const sent = await this.known(caller, record, async () => {
      try {
        return await files.multipart.sendPart(session, part, body.chunks, { sizeBytes: expected, signal });
      } catch (error) {
        throw isWrongLength(error) ? new WrongPartLength(part, expected) : reasonOf(error);
      }
    });
    const kept = await this.records.keepPart(caller, id, part, sent.etag);
    if (kept === undefined) throw new UploadNotFound(id);
    return UploadDto.from(kept);
  }

  /** Makes the file out of its parts. Asked again after an answer that was lost, it says the same. */
  async complete(caller: UserCaller, id: string, signal: AbortSignal): Promise<FileEntryDto> {
    const found = await this.records.find(caller, id);
    if (found === undefined) throw new UploadNotFound(id);
    const path = VolumePath.parse(found.record.path);
    const { files } = this.databricks.asUser(caller);
    if (found.record.status === 'open') {
      const opened = sessionOf(found.record, found.token);
      const missing = missingParts(found.record);
      if (missing.length > 0) throw new UploadIncomplete(id, missing);
      if (found.record.ifMatch === undefined) await this.finish(caller, files, opened);
      else await this.finishIfUnchanged(caller, files, opened, found.record.ifMatch, signal);
    }
    return FileEntryDto.ofFile(path, await versionOf(files, path, signal));
  }

  /** Gives the upload up: what its parts take is free again, and no file comes of it. */
  async abort(caller: UserCaller, id: string, signal: AbortSignal): Promise<void> {
    const found = await this.records.find(caller, id);
    if (found === undefined) throw new UploadNotFound(id);
    if (found.record.status === 'open') {
      const { session } = sessionOf(found.record, found.token);
      try {
        await this.databricks.asUser(caller).files.multipart.abort(session, { signal });
      } catch (error) {
        // What is not there any more has been given up already.
        if (!isGone(error)) throw error;
      }
    }
    await this.records.delete(caller, id);
  }

  private async opened(caller: UserCaller, id: string): Promise<Opened> {
    const found = await this.records.find(caller, id);
    if (found === undefined) throw new UploadNotFound(id);
    if (found.record.status === 'complete') throw new UploadComplete(id);
    return sessionOf(found.record, found.token);
  }

  private async finishIfUnchanged(
    caller: UserCaller,
    files: FilesApi,
    opened: Opened,
    ifMatch: string,
    signal: AbortSignal,
  ): Promise<void> {
    const path = VolumePath.parse(opened.record.path);
    const claim = await this.claims.take(caller, path.toString());
    try {
      await refuseChanged(files, path, tagCondition(ifMatch), signal).catch(async (error: unknown) => {
        if (!(error instanceof FileChanged) || !(await this.isOurs(files, opened.record, path, signal))) throw error;
      });
      await this.finish(caller, files, opened);
    } finally {
      await claim.release();
    }
  }

  /** Whether the file has changed because this very upload was completed and its answer was lost. */
  private async isOurs(
    files: FilesApi,
    { completingSince, sizeBytes }: UploadRecord,
    path: VolumePath,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (completingSince === undefined) return false;
    const found = await lookAtFile(files, path, signal);
    const since = Math.floor(completingSince.getTime() / 1000) * 1000;
    return found !== undefined && found.sizeBytes === sizeBytes && (found.lastModified ?? 0) >= since;
  }

  /** Goes on to its end even when nobody waits for it any more. */
  private async finish(caller: UserCaller, files: FilesApi, { record, session }: Opened): Promise<void> {
    if ((await this.records.beginCompletion(caller, record.id)) === undefined) return;
    await this.known(caller, record, async () => {
      try {
        await files.multipart.complete(session, uploadedParts(record));
      } catch (error) {
        if (isTaken(error)) throw new PathTaken(record.path, record.overwrite ? 'something' : 'file', error);
        if (!(error instanceof PlatformError) || error.kind !== 'bad_request') throw error;
        await this.records.forgetParts(caller, record.id);
        throw new PartsDoNotFit(record.id, error);
      }
    });
    await this.records.complete(caller, record.id);
  }

  /** An upload that the platform knows no more is none of ours either. */
  private async known<T>(caller: UserCaller, record: UploadRecord, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.records.delete(caller, record.id);
      throw new UploadNotFound(record.id, error);
    }
  }

  /** Uploads that nobody went on with for a day are given up when their owner comes by, whose right it takes. */
  private async sweep(caller: UserCaller, signal: AbortSignal): Promise<void> {
    const { files } = this.databricks.asUser(caller);
    for (const { record, token } of await this.records.expired(caller)) {
      if (token !== undefined && !(await this.giveUp(files, { path: record.path, token: token.reveal() }, signal))) {
        continue;
      }
      await this.records.delete(caller, record.id);
    }
  }

  /** Whether nothing is left of it. What cannot be given up now is tried again, or ends at the platform by itself. */
  private async giveUp(files: FilesApi, session: UploadSession, signal?: AbortSignal): Promise<boolean> {
    try {
      await files.multipart.abort(session, signal === undefined ? {} : { signal });
      return true;
    } catch (error) {
      if (isGone(error)) return true;
      if (!(error instanceof PlatformError)) throw error;
      this.logger.warn(`An upload that has ended could not be given up: ${error.kind}`);
      return false;
    }
  }
}

async function begin(
  files: FilesApi,
  path: VolumePath,
  overwrite: boolean,
  signal: AbortSignal,
): Promise<UploadSession> {
  try {
    return await files.multipart.start(path.toString(), { overwrite, signal });
  } catch (error) {
    if (isTaken(error)) throw new PathTaken(path.toString(), overwrite ? 'something' : 'file', error);
    if (error instanceof PlatformError && (error.kind === 'endpoint_not_found' || error.kind === 'upstream')) {
      throw new UploadsNotOffered(limits.requestBytes, error);
    }
    throw error;
  }
}

function sessionOf(record: UploadRecord, token: Secret | undefined): Opened {
  if (token === undefined) throw new UploadComplete(record.id);
  return { record, session: { path: record.path, token: token.reveal() } };
}

function isGone(error: unknown): error is PlatformError {
  return error instanceof PlatformError && error.kind === 'not_found';
}

/** What the client says of content of another length than was declared, before the platform has seen all of it. */
function isWrongLength(error: unknown): boolean {
  return error instanceof PlatformError && error.kind === 'bad_request' && error.status === undefined;
}
