import { HttpErrorResponse } from '@angular/common/http';
import { type FolderEntry } from '../../../entry-list/folder-entry';
import { nameOf } from '../../volume-path';
import { SINGLE_REQUEST_BYTES } from '../part-layout';
import {
  type OnSent,
  type Overwrite,
  type PresentFile,
  type UploadSession,
  UploadTransport,
} from '../upload-transport';

interface Stored {
  readonly sizeBytes: number;
  readonly parts: readonly number[];
  readonly tag: string;
}

const refused = (status: number, code: string) =>
  new HttpErrorResponse({ status, error: { error_code: code, detail: code } });

/** The far end of an upload for unit tests, which fails when it is told to. */
export class MemoryServer extends UploadTransport {
  readonly calls: string[] = [];
  readonly partSizeBytes = SINGLE_REQUEST_BYTES / 2;
  mostAtOnce = 0;

  private readonly files = new Map<string, Stored>();
  private readonly sessions = new Map<string, { path: string; how: Overwrite; session: UploadSession }>();
  private readonly failures = new Map<string, Error[]>();
  private readonly lost = new Set<string>();
  private readonly firsts = new Map<string, () => void>();
  private atOnce = 0;
  private versions = 0;

  failing(call: string, ...errors: Error[]): void {
    this.failures.set(call, errors);
  }

  /** The call does its work, and then the connection is cut. */
  loseAnswerOf(call: string): void {
    this.lost.add(call);
  }

  before(call: string, act: () => void): void {
    this.firsts.set(call, act);
  }

  hasFile(path: string, sizeBytes: number): void {
    this.store(path, sizeBytes, []);
  }

  partsOf(path: string): readonly number[] {
    return this.files.get(path)?.parts ?? [];
  }

  sessionWith(path: string, sizeBytes: number, received: readonly number[]): string {
    return this.open(path, sizeBytes, { overwrite: false }, received).id;
  }

  isOpen(id: string): boolean {
    return this.sessions.has(id);
  }

  putFile(path: string, body: Blob, how: Overwrite, signal: AbortSignal, onSent: OnSent): Promise<FolderEntry> {
    return this.call('putFile', signal, () => {
      onSent(body.size);
      this.check(path, how);
      return this.store(path, body.size, []);
    });
  }

  begin(path: string, sizeBytes: number, how: Overwrite, signal: AbortSignal): Promise<UploadSession> {
    return this.call('begin', signal, () => {
      this.check(path, how);
      return this.open(path, sizeBytes, how, []);
    });
  }

  session(id: string, signal: AbortSignal): Promise<UploadSession> {
    return this.call('session', signal, () => this.known(id).session);
  }

  putPart(id: string, part: number, body: Blob, signal: AbortSignal, onSent: OnSent): Promise<void> {
    return this.call(`putPart ${part}`, signal, () => {
      const known = this.known(id);
      onSent(body.size);
      this.sessions.set(id, {
        ...known,
        session: { ...known.session, received: [...known.session.received, part].sort((a, b) => a - b) },
      });
    });
  }

  complete(id: string, signal: AbortSignal): Promise<FolderEntry> {
    return this.call('complete', signal, () => {
      const { path, how, session } = this.known(id);
      this.check(path, how);
      this.sessions.delete(id);
      return this.store(path, session.sizeBytes, session.received);
    });
  }

  abandon(id: string): Promise<void> {
    this.calls.push('abandon');
    this.sessions.delete(id);
    return Promise.resolve();
  }

  present(path: string): Promise<PresentFile | undefined> {
    const file = this.files.get(path);
    return Promise.resolve(file && { sizeBytes: file.sizeBytes, modifiedAt: undefined, tag: file.tag });
  }

  private async call<T>(name: string, signal: AbortSignal, work: () => T): Promise<T> {
    this.calls.push(name);
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      this.firsts.get(name)?.();
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      const failure = this.failures.get(name)?.shift();
      if (failure) throw failure;
      const answer = work();
      if (this.lost.delete(name)) throw new HttpErrorResponse({ status: 0 });
      return answer;
    } finally {
      this.atOnce -= 1;
    }
  }

  private known(id: string) {
    const known = this.sessions.get(id);
    if (!known) throw refused(404, 'NOT_FOUND');
    return known;
  }

  private check(path: string, { overwrite, ifMatch }: Overwrite): void {
    const present = this.files.get(path);
    if (present && !overwrite) throw refused(409, 'ALREADY_EXISTS');
    if (ifMatch !== undefined && present?.tag !== ifMatch) throw refused(412, 'PRECONDITION_FAILED');
  }

  private open(path: string, sizeBytes: number, how: Overwrite, received: readonly number[]): UploadSession {
    const session = {
      id: `session-${this.sessions.size + 1}`,
      sizeBytes,
      partSizeBytes: this.partSizeBytes,
      partCount: Math.ceil(sizeBytes / this.partSizeBytes),
      received,
    };
    this.sessions.set(session.id, { path, how, session });
    return session;
  }

  private store(path: string, sizeBytes: number, parts: readonly number[]): FolderEntry {
    this.versions += 1;
    this.files.set(path, { sizeBytes, parts, tag: `"${this.versions}"` });
    return { kind: 'file', name: nameOf(path), path, sizeBytes, modifiedAt: null, comment: null };
  }
}
