import { type Problem, problemFrom } from '@lakescope/web-api';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { nameOf } from '../volume-path';
import { missingParts, partRange, receivedBytes, SINGLE_REQUEST_BYTES } from './part-layout';
import { isPassing, MOST_ATTEMPTS, retryDelay } from './retry-delay';
import { type Slots } from './slots';
import { type Overwrite, type UploadSession, type UploadTransport } from './upload-transport';

/** Parts of one file on their way at once: enough to fill the line while one of them waits for its answer. */
const PARTS_AT_ONCE = 2;

export interface Sending {
  readonly file: File;
  /** Where it goes, whole. */
  readonly path: string;
  readonly how: Overwrite;
  /** A session of before that has part of it. */
  readonly sessionId: string | undefined;
}

/** Hears how a file gets on. */
export interface SendingProgress {
  /** So many bytes are sent or were there; a part that was cut makes them fewer. */
  sent(bytes: number): void;
  /** The session to come back to, undefined when there is none any more. */
  session(id: string | undefined): void;
  /** Waits before another try; done sooner when somebody or the network asks for it. */
  pause(problem: Problem, milliseconds: number): Promise<void>;
  /** The pause is over. */
  goOn(): void;
}

/** The file was moved, deleted or changed on this device after it was chosen. */
export class LocalFileGone extends Error {
  constructor(name: string, cause: unknown) {
    super($localize`${name}:name: was moved or changed on this device. Choose it again.`, { cause });
  }
}

/**
 * Brings one file to its path: small ones in one request, larger ones in parts, where a cut costs no more than the parts
 * that were on their way. What passes by itself is tried again; everything else is thrown as it came.
 */
export class FileSender {
  constructor(
    private readonly transport: UploadTransport,
    private readonly slots: Slots,
    private readonly chance: () => number,
  ) {}

  async send(sending: Sending, progress: SendingProgress, signal: AbortSignal): Promise<FolderEntry> {
    const { file, path, how, sessionId } = sending;
    if (file.size > SINGLE_REQUEST_BYTES || sessionId !== undefined) return this.sendInParts(sending, progress, signal);
    return this.insist(file, progress, signal, () =>
      this.transport.putFile(path, file, how, signal, (bytes) => progress.sent(bytes)),
    );
  }

  private async sendInParts(sending: Sending, progress: SendingProgress, signal: AbortSignal): Promise<FolderEntry> {
    const { file } = sending;
    const resumed = await this.resumed(sending, progress, signal);
    const session = resumed ?? (await this.begin(sending, progress, signal));
    try {
      await this.sendParts(file, session, progress, signal);
    } catch (error) {
      // A session that is gone can be replaced by a new one once; one that was begun just now would be gone again.
      if (!resumed || problemFrom(error).status !== 404) throw error;
      const anew = await this.begin(sending, progress, signal);
      await this.sendParts(file, anew, progress, signal);
      return this.complete(sending, anew, progress, signal);
    }
    return this.complete(sending, session, progress, signal);
  }

  private async begin(sending: Sending, progress: SendingProgress, signal: AbortSignal): Promise<UploadSession> {
    const { file, path, how } = sending;
    const session = await this.insist(file, progress, signal, () => this.transport.begin(path, file.size, how, signal));
    progress.session(session.id);
    return session;
  }

  /** The session of before with what it has; undefined when it is over or was for another file. */
  private async resumed(
    { file, sessionId }: Sending,
    progress: SendingProgress,
    signal: AbortSignal,
  ): Promise<UploadSession | undefined> {
    if (sessionId === undefined) return undefined;
    try {
      const session = await this.insist(file, progress, signal, () => this.transport.session(sessionId, signal));
      return session.sizeBytes === file.size ? session : undefined;
    } catch (error) {
      if (problemFrom(error).status !== 404) throw error;
      progress.session(undefined);
      return undefined;
    }
  }

  private async sendParts(
    file: File,
    session: UploadSession,
    progress: SendingProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const parts = missingParts(session, session.received);
    let arrived = receivedBytes(session, session.received);
    const onTheWay = new Map<number, number>();
    const tell = () => progress.sent(arrived + [...onTheWay.values()].reduce((sum, bytes) => sum + bytes, 0));
    tell();
    // One part that cannot be sent ends the others: without it they are of no use.
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const worker = async (): Promise<void> => {
      for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
        const number = part;
        const { start, end } = partRange(session, number);
        await this.insist(file, progress, either, () => {
          onTheWay.set(number, 0);
          return this.transport.putPart(session.id, number, file.slice(start, end), either, (bytes) => {
            onTheWay.set(number, bytes);
            tell();
          });
        });
        onTheWay.delete(number);
        arrived += end - start;
        tell();
      }
    };
    const workers = Array.from({ length: PARTS_AT_ONCE }, () =>
      worker().catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    );
    const ends = await Promise.allSettled(workers);
    signal.throwIfAborted();
    if (ends.some(({ status }) => status === 'rejected')) throw failed.signal.reason;
  }

  private async complete(
    { file, path }: Sending,
    session: UploadSession,
    progress: SendingProgress,
    signal: AbortSignal,
  ): Promise<FolderEntry> {
    let tries = 0;
    try {
      return await this.insist(file, progress, signal, () => {
        tries += 1;
        return this.transport.complete(session.id, signal);
      });
    } catch (error) {
      // The answer to the first try was lost, and with its success the session ended: the file itself tells.
      if (tries < 2 || problemFrom(error).status !== 404) throw error;
      const present = await this.transport.present(path, signal);
      if (present?.sizeBytes !== file.size) throw error;
      return {
        kind: 'file',
        name: nameOf(path),
        path,
        sizeBytes: file.size,
        modifiedAt: present.modifiedAt ?? null,
        comment: null,
      };
    }
  }

  /** Does the work in a slot, again and again as long as its failure is one that passes. */
  private async insist<T>(
    file: File,
    progress: SendingProgress,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.slots.use(signal, work);
      } catch (error) {
        signal.throwIfAborted();
        const problem = problemFrom(error);
        if (!(problem.code === 'UNREACHABLE' || isPassing(problem))) throw error;
        // To the browser a file that cannot be read looks like a server that cannot be reached.
        if (problem.status === 0) await assertReadable(file);
        if (attempt === MOST_ATTEMPTS) throw error;
        await progress.pause(problem, retryDelay(attempt, problem, this.chance()));
        signal.throwIfAborted();
        progress.goOn();
      }
    }
  }
}

async function assertReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (error) {
    throw new LocalFileGone(file.name, error);
  }
}
