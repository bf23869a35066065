import { inject, InjectionToken } from '@angular/core';
import {
  abortUpload,
  Api,
  completeUpload,
  getUpload,
  headFileContent,
  problemFrom,
  putFileContent,
  putUploadPart,
  startUpload,
  TransferApi,
  type UploadDto,
} from '@lakescope/web-api';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { entryOf } from '../folder-contents';
import { type OnSent, type Overwrite, type PresentFile, type UploadSession, UploadTransport } from './upload-transport';

/** Uploads through the API of this app. */
export class ApiUploadTransport extends UploadTransport {
  private readonly api = inject(Api);
  private readonly transfer = inject(TransferApi);

  async putFile(
    path: string,
    content: Blob,
    { overwrite, ifMatch }: Overwrite,
    signal: AbortSignal,
    onSent: OnSent,
  ): Promise<FolderEntry> {
    const headers: Record<string, string> = ifMatch === undefined ? {} : { 'If-Match': ifMatch };
    const { body } = await this.transfer.send(
      putFileContent,
      { query: { path, overwrite }, body: content },
      { signal, content, headers, onSent },
    );
    return entryOf(body);
  }

  async begin(
    path: string,
    sizeBytes: number,
    { overwrite, ifMatch }: Overwrite,
    signal: AbortSignal,
  ): Promise<UploadSession> {
    const condition = ifMatch === undefined ? {} : { if_match: ifMatch };
    const options = { body: { path, size_bytes: sizeBytes, overwrite, ...condition } };
    return sessionOf((await this.transfer.send(startUpload, options, { signal })).body);
  }

  async session(id: string, signal: AbortSignal): Promise<UploadSession> {
    return sessionOf((await this.transfer.send(getUpload, { path: { id } }, { signal })).body);
  }

  async putPart(id: string, part: number, content: Blob, signal: AbortSignal, onSent: OnSent): Promise<void> {
    const options = { path: { id, part }, body: content };
    await this.transfer.send(putUploadPart, options, { signal, content, onSent });
  }

  async complete(id: string, signal: AbortSignal): Promise<FolderEntry> {
    return entryOf((await this.transfer.send(completeUpload, { path: { id } }, { signal })).body);
  }

  async abandon(id: string): Promise<void> {
    await this.api.invoke(abortUpload, { path: { id } });
  }

  async present(path: string, signal: AbortSignal): Promise<PresentFile | undefined> {
    try {
      const { headers } = await this.transfer.send(headFileContent, { query: { path } }, { signal });
      const size = headers.get('Content-Length');
      const modified = headers.get('Last-Modified');
      return {
        sizeBytes: size === null ? undefined : Number(size),
        modifiedAt: modified === null ? undefined : new Date(modified).toISOString(),
        tag: headers.get('ETag') ?? undefined,
      };
    } catch (error) {
      if (problemFrom(error).status === 404) return undefined;
      throw error;
    }
  }
}

function sessionOf(upload: UploadDto): UploadSession {
  return {
    id: upload.upload_id,
    sizeBytes: upload.size_bytes,
    partSizeBytes: upload.part_size_bytes,
    partCount: upload.part_count,
    received: upload.parts_received,
  };
}

/** How files get to the server; unit tests put a server of their own in its place. */
export const UPLOAD_TRANSPORT = new InjectionToken<UploadTransport>('UploadTransport', {
  factory: () => new ApiUploadTransport(),
});
