import { computed, signal } from '@angular/core';
import { type Problem } from '@lakescope/web-api';
import { nameOf, parentOf, volumesRoot } from '../volume-path';
import { type Overwrite, type PresentFile } from './upload-transport';

/** Why an upload needs somebody's word. */
export interface UploadConflict {
  /** `changed`: somebody wrote the file after it was looked at; `taken`: there is one already. */
  readonly kind: 'taken' | 'changed';
  /** What is there now; undefined when it is gone again or may not be seen. */
  readonly present: PresentFile | undefined;
  /** An answer was lost before: the file may be this very upload. */
  readonly isPerhapsOwn: boolean;
}

/** What somebody decided about a file that is already there. */
export type ConflictDecision =
  { readonly kind: 'keep' } | { readonly kind: 'replace' } | { readonly kind: 'rename'; readonly name: string };

export type UploadState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'sending' }
  /** Tries again by itself at `until`, in epoch milliseconds. */
  | { readonly kind: 'pausing'; readonly problem: Problem; readonly until: number }
  | { readonly kind: 'conflict'; readonly conflict: UploadConflict }
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** The page was reloaded meanwhile: the file has to be chosen again. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'cancelled' }
  /** The file that was there has been kept. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'done' };

/** What an upload is to the page; the reload of a page leaves no file, only what is known of it. */
export interface UploadSource {
  readonly file: File | undefined;
  readonly name: string;
  readonly sizeBytes: number;
  readonly fileModified: number;
}

const FINISHED: ReadonlySet<UploadState['kind']> = new Set(['done', 'skipped', 'cancelled']);
const BUSY: ReadonlySet<UploadState['kind']> = new Set(['waiting', 'sending', 'pausing']);

/** One file on its way, for as long as somebody may want to see what became of it. */
export class Upload {
  readonly path = signal('');
  readonly state = signal<UploadState>({ kind: 'waiting' });
  readonly sentBytes = signal(0);
  readonly bytesPerSecond = signal<number | undefined>(undefined);

  readonly name = computed(() => nameOf(this.path()));
  readonly folder = computed(() => parentOf(this.path()) ?? volumesRoot);
  readonly isFinished = computed(() => FINISHED.has(this.state().kind));
  readonly isBusy = computed(() => BUSY.has(this.state().kind));

  /** Each ends a pause. */
  private readonly pauses = new Set<() => void>();

  file: File | undefined;
  how: Overwrite = { overwrite: false };
  sessionId: string | undefined;
  /** An answer to this upload was lost on the way. */
  hasLostAnswer = false;
  /** Ends what is going on. */
  stop: ((reason: Error) => void) | undefined;

  constructor(
    readonly id: number,
    /** Uploads that were asked for together. */
    readonly batch: number,
    path: string,
    /** The folder that was on the page: what lies between it and the file is new there, too. */
    readonly target: string,
    readonly source: UploadSource,
  ) {
    this.file = source.file;
    this.path.set(path);
  }

  get sizeBytes(): number {
    return this.source.sizeBytes;
  }

  /** Waits before another try; done when the time is over, somebody hurries, or the signal ends it all. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.pauses.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener('abort', end, { once: true });
      this.pauses.add(end);
    });
  }

  /** Whatever waits before another try goes on now. */
  hurry(): void {
    this.pauses.forEach((end) => end());
  }

  isSameFile(file: File): boolean {
    return (
      file.name === this.source.name &&
      file.size === this.source.sizeBytes &&
      file.lastModified === this.source.fileModified
    );
  }
}
