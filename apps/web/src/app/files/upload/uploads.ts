import { computed, inject, Service, signal } from '@angular/core';
import { type Problem, problemFrom } from '@lakescope/web-api';
import { nameRefusal, nextFreeName } from '../../entry-list/file-name';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { UsageEvents } from '../../tracking/usage-events';
import { FolderChanges } from '../folder-changes';
import { directoryEntry } from '../folder-contents';
import { ancestorsOf, parentOf, partsOf } from '../volume-path';
import { UPLOAD_TRANSPORT } from './api-upload-transport';
import { type LocalFile } from './dropped-files';
import { FileSender, type SendingProgress } from './file-sender';
import { KeptSessions } from './kept-sessions';
import { LARGEST_FILE_BYTES, receivedBytes } from './part-layout';
import { Slots } from './slots';
import { TransferRate } from './transfer-rate';
import { type ConflictDecision, Upload, type UploadState } from './upload';
import { UploadPresence } from './upload-presence';

/** A browser has six connections to a server; the page needs the others. */
const REQUESTS_AT_ONCE = 3;
const FILES_AT_ONCE = 3;

class Cancelled extends Error {}

/** Every upload of this tab. It outlives the pages: one walks on while files are on their way. */
@Service()
export class Uploads {
  private readonly transport = inject(UPLOAD_TRANSPORT);
  private readonly kept = inject(KeptSessions);
  private readonly changes = inject(FolderChanges);
  private readonly presence = inject(UploadPresence);
  private readonly usage = inject(UsageEvents);
  private readonly sender = new FileSender(this.transport, new Slots(REQUESTS_AT_ONCE), () => Math.random());
  private readonly list = signal<readonly Upload[]>([]);
  private ids = 0;
  private batches = 0;
  private arrivedSinceBusy = 0;

  readonly all = this.list.asReadonly();
  readonly busy = computed(() => this.list().filter((upload) => upload.isBusy()));
  readonly conflicts = computed(() => this.list().filter((upload) => upload.state().kind === 'conflict'));

  constructor() {
    // The browser asks in words of its own.
    window.addEventListener('beforeunload', (event) => {
      if (this.busy().length > 0 || this.conflicts().length > 0) event.preventDefault();
    });
    window.addEventListener('online', () => this.list().forEach((upload) => upload.hurry()));
    void this.showInterrupted();
  }

  /** Queues files for a folder; one that was interrupted before goes on where it stopped. */
  add(files: readonly LocalFile[], target: string): void {
    this.presence.begin();
    this.batches += 1;
    const fresh = files.flatMap(({ file, folder }) => {
      const path = [target, ...folder.split('/').filter((part) => part !== ''), file.name].join('/');
      const before = this.list().find((upload) => upload.path() === path && upload.state().kind === 'interrupted');
      if (before?.isSameFile(file)) {
        this.goOnWith(before, file);
        return [];
      }
      return [this.queued(file, path, target, folder)];
    });
    this.list.update((list) => [...list, ...fresh]);
    this.pump();
  }

  /** The file of an upload that a reload interrupted, chosen again. Answers whether it is the same one. */
  goOnWith(upload: Upload, file: File): boolean {
    if (!upload.isSameFile(file)) return false;
    upload.file = file;
    if (upload.sessionId) this.kept.hold(upload.sessionId);
    upload.state.set({ kind: 'waiting' });
    this.pump();
    return true;
  }

  cancel(upload: Upload): void {
    upload.stop?.(new Cancelled());
    upload.state.set({ kind: 'cancelled' });
    this.giveUpSession(upload);
    this.pump();
  }

  retry(upload: Upload): void {
    if (upload.state().kind === 'pausing') {
      upload.hurry();
      return;
    }
    upload.state.set({ kind: 'waiting' });
    this.pump();
  }

  decide(upload: Upload, decision: ConflictDecision): void {
    const state = upload.state();
    if (state.kind !== 'conflict') return;
    // What a session was begun with stays with it: another name or another right to replace needs a new one.
    this.giveUpSession(upload);
    switch (decision.kind) {
      case 'keep':
        upload.state.set({ kind: 'skipped' });
        return;
      case 'rename':
        upload.path.set([upload.folder(), decision.name].join('/'));
        upload.how = { overwrite: false };
        break;
      case 'replace': {
        const tag = state.conflict.present?.tag;
        upload.how = { overwrite: true, ...(tag === undefined ? {} : { ifMatch: tag }) };
      }
    }
    upload.hasLostAnswer = false;
    upload.state.set({ kind: 'waiting' });
    this.pump();
  }

  /** The same word for each file that waits for one. New names are found one by one. */
  decideAll(kind: ConflictDecision['kind']): void {
    for (const upload of this.conflicts()) {
      const taken = new Set(this.list().map((other) => other.path()));
      const name = nextFreeName(upload.name(), (candidate) => taken.has([upload.folder(), candidate].join('/')));
      this.decide(upload, kind === 'rename' ? { kind, name } : { kind });
    }
  }

  /** Takes it off the list; of one that was interrupted, what the server has of it is given up. */
  dismiss(upload: Upload): void {
    if (upload.isBusy()) return;
    this.giveUpSession(upload);
    this.list.update((list) => list.filter((other) => other !== upload));
  }

  dismissFinished(): void {
    this.list.update((list) => list.filter((upload) => !upload.isFinished()));
  }

  cancelAll(): void {
    this.busy().forEach((upload) => this.cancel(upload));
  }

  private queued(file: File, path: string, target: string, folder: string): Upload {
    const source = { file, name: file.name, sizeBytes: file.size, fileModified: file.lastModified };
    const upload = this.newUpload(this.batches, path, target, source);
    const refusal = [...folder.split('/').filter((part) => part !== ''), file.name].map(nameRefusal).find(Boolean);
    if (refusal) upload.state.set(refused(refusal));
    else if (file.size > LARGEST_FILE_BYTES) {
      upload.state.set(refused($localize`The file is larger than 5 GiB, which is the most that a volume takes.`));
    }
    upload.sessionId = this.kept.find(path, file)?.sessionId;
    return upload;
  }

  private newUpload(...args: ConstructorParameters<typeof Upload> extends [number, ...infer Rest] ? Rest : never) {
    this.ids += 1;
    return new Upload(this.ids, ...args);
  }

  private pump(): void {
    if (this.busy().length === 0 && this.arrivedSinceBusy > 0) {
      // One event for all that came together: ten thousand files are one upload to whoever dropped them.
      this.usage.record('file_uploaded', { success: true, metadata: { files: this.arrivedSinceBusy } });
      this.arrivedSinceBusy = 0;
    }
    const running = this.list().filter(({ state }) => state().kind === 'sending' || state().kind === 'pausing').length;
    const waiting = this.list().filter((upload) => upload.state().kind === 'waiting');
    for (const upload of waiting.slice(0, Math.max(0, FILES_AT_ONCE - running))) void this.run(upload);
  }

  private async run(upload: Upload): Promise<void> {
    const { file } = upload;
    if (file === undefined) {
      upload.state.set({ kind: 'interrupted' });
      return;
    }
    const stopped = new AbortController();
    upload.stop = (reason) => stopped.abort(reason);
    upload.state.set({ kind: 'sending' });
    const progress = this.progressOf(upload, stopped.signal);
    try {
      const { how, sessionId } = upload;
      const entry = await this.sender.send({ file, path: upload.path(), how, sessionId }, progress, stopped.signal);
      this.finish(upload, entry);
    } catch (error) {
      // A cancelled upload has its state already.
      if (!(stopped.signal.reason instanceof Cancelled)) await this.fail(upload, problemFrom(error));
    } finally {
      upload.stop = undefined;
      upload.bytesPerSecond.set(undefined);
      this.pump();
    }
  }

  private finish(upload: Upload, entry: FolderEntry): void {
    if (upload.sessionId) this.kept.forget(upload.sessionId);
    upload.sessionId = undefined;
    upload.file = undefined;
    upload.sentBytes.set(upload.sizeBytes);
    upload.state.set({ kind: 'done' });
    const depth = partsOf(upload.target).length;
    const folders = ancestorsOf(parentOf(entry.path) ?? upload.target).filter((path) => partsOf(path).length > depth);
    this.changes.arrived(...folders.map(directoryEntry), entry);
    this.arrivedSinceBusy += 1;
  }

  private async fail(upload: Upload, problem: Problem): Promise<void> {
    const isChanged = problem.status === 412;
    if (!isChanged && problem.code !== 'ALREADY_EXISTS') {
      upload.state.set({ kind: 'failed', problem });
      if (upload.sessionId) this.kept.release(upload.sessionId);
      if (problem.status === 403) this.failBatch(upload, problem);
      return;
    }
    try {
      const present = await this.transport.present(upload.path(), new AbortController().signal);
      const kind = isChanged ? 'changed' : 'taken';
      upload.state.set({ kind: 'conflict', conflict: { kind, present, isPerhapsOwn: upload.hasLostAnswer } });
    } catch (error) {
      upload.state.set({ kind: 'failed', problem: problemFrom(error) });
    }
  }

  /** Who may not write one file to a volume may not write the others either: they are not sent to be refused. */
  private failBatch({ batch }: Upload, problem: Problem): void {
    for (const other of this.list()) {
      if (other.batch === batch && other.state().kind === 'waiting') other.state.set({ kind: 'failed', problem });
    }
  }

  private progressOf(upload: Upload, signal: AbortSignal): SendingProgress {
    const rate = new TransferRate();
    return {
      sent: (bytes) => {
        const now = performance.now();
        rate.note(bytes, now);
        upload.sentBytes.set(Math.min(bytes, upload.sizeBytes));
        upload.bytesPerSecond.set(rate.bytesPerSecond(now));
      },
      session: (id) => {
        if (upload.sessionId && upload.sessionId !== id) this.kept.forget(upload.sessionId);
        upload.sessionId = id;
        if (id === undefined) return;
        const { name: fileName, sizeBytes, fileModified } = upload.source;
        this.kept.keep({ sessionId: id, path: upload.path(), fileName, sizeBytes, fileModified });
      },
      pause: (problem, milliseconds) => {
        upload.hasLostAnswer ||= problem.status === 0;
        upload.bytesPerSecond.set(undefined);
        upload.state.set({ kind: 'pausing', problem, until: Date.now() + milliseconds });
        return upload.pause(milliseconds, signal);
      },
      goOn: () => upload.state.set({ kind: 'sending' }),
    };
  }

  private giveUpSession(upload: Upload): void {
    const { sessionId } = upload;
    upload.sessionId = undefined;
    if (sessionId === undefined) return;
    this.kept.forget(sessionId);
    // Nobody waits for it: what cannot be given up now, the server gives up by itself a day later.
    this.transport.abandon(sessionId).catch(() => undefined);
  }

  private async showInterrupted(): Promise<void> {
    const known = new Set(this.list().map(({ sessionId }) => sessionId));
    const left = (await this.kept.interrupted()).filter(({ sessionId }) => !known.has(sessionId));
    const uploads = left.map(({ path, fileName, sizeBytes, fileModified, sessionId }) => {
      const source = { file: undefined, name: fileName, sizeBytes, fileModified };
      const upload = this.newUpload(0, path, parentOf(path) ?? path, source);
      upload.sessionId = sessionId;
      upload.state.set({ kind: 'interrupted' });
      return upload;
    });
    this.list.update((list) => [...uploads, ...list]);
    await Promise.all(uploads.map((upload) => this.askWhatArrived(upload)));
  }

  /** How much of it the server has; one that it no longer knows is forgotten. */
  private async askWhatArrived(upload: Upload): Promise<void> {
    const { sessionId } = upload;
    if (sessionId === undefined) return;
    try {
      const session = await this.transport.session(sessionId, new AbortController().signal);
      if (upload.state().kind === 'interrupted') upload.sentBytes.set(receivedBytes(session, session.received));
    } catch (error) {
      // Without an answer it stays on the list: the file is known, and how much is left will show.
      if (problemFrom(error).status !== 404 || upload.state().kind !== 'interrupted') return;
      this.kept.forget(sessionId);
      this.list.update((list) => list.filter((other) => other !== upload));
    }
  }
}

function refused(detail: string): UploadState {
  const problem = { title: detail, detail, status: 0, code: 'CLIENT_ERROR', correlationId: undefined };
  return { kind: 'failed', problem: { ...problem, details: {}, retryAfterSeconds: undefined } };
}
