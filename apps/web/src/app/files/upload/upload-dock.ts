import { Component, computed, effect, type ElementRef, inject, signal, untracked, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Icon, rowWindow } from '@lakescope/web-ui';
import { firstValueFrom } from 'rxjs';
import { currentUrl } from '../../shell/current-url';
import { type ConflictAnswer, type ConflictDialog as ConflictDialogType } from './conflict-dialog';
import { type Upload } from './upload';
import { progressText, totalsOf } from './upload-line';
import { UploadRow } from './upload-row';
import { Uploads } from './uploads';

const ROW_HEIGHT = 56;
const CONFLICT = 'ls-upload-conflict';

/** All uploads of this tab, below whatever page is open, for as long as somebody may want to see what became of them. */
@Component({
  selector: 'ls-upload-dock',
  imports: [Icon, MatButton, UploadRow],
  templateUrl: './upload-dock.html',
  styleUrl: './upload-dock.css',
})
export class UploadDock {
  private readonly dialog = inject(MatDialog);
  private readonly url = currentUrl();
  private readonly box = viewChild<ElementRef<HTMLElement>>('box');
  private readonly scroll = signal({ top: 0, height: 240 });
  /** Conflicts that somebody has put off: the dock still shows them, and asks no more by itself. */
  private readonly putOff = new Set<Upload>();

  protected readonly uploads = inject(Uploads);
  protected readonly isOpen = signal(true);
  protected readonly totals = computed(() => totalsOf(this.uploads.all()));
  protected readonly window = computed(() =>
    rowWindow(this.scroll().top, this.scroll().height, ROW_HEIGHT, this.uploads.all().length),
  );
  protected readonly drawn = computed(() => this.uploads.all().slice(this.window().first, this.window().end));
  protected readonly share = computed(() => {
    const { sentBytes, sizeBytes } = this.totals();
    return sizeBytes === 0 ? 0 : Math.floor((sentBytes / sizeBytes) * 100);
  });
  protected readonly headline = computed(() => {
    const { files, finished, busy, undecided, failed } = this.totals();
    if (busy > 0) return $localize`Uploading: ${finished}:finished: of ${files}:files: done`;
    if (undecided > 0) return $localize`Uploads: ${undecided}:undecided: waiting for your decision`;
    if (failed > 0 && finished === 0) return $localize`Uploads: ${failed}:failed: not done`;
    if (failed > 0) return $localize`Uploads: ${failed}:failed: not done, ${finished}:finished: done`;
    return $localize`Uploads: ${finished}:finished: done`;
  });
  protected readonly progress = computed(() => {
    const { busy, sentBytes, sizeBytes, bytesPerSecond } = this.totals();
    return busy > 0 ? progressText(sentBytes, sizeBytes, bytesPerSecond) : '';
  });
  /** Said to a screen reader: only what it has to know, not every byte. */
  protected readonly news = computed(() =>
    this.totals().busy === 0 || this.totals().undecided > 0 ? this.headline() : '',
  );

  constructor() {
    effect(() => {
      const next = this.uploads.conflicts().find((upload) => !this.putOff.has(upload));
      // Only where files are looked at: on another page a question would come from nowhere.
      if (next && this.url().startsWith('/files')) untracked(() => void this.ask(next));
    });
  }

  protected measure(): void {
    const box = this.box()?.nativeElement;
    if (box) this.scroll.set({ top: box.scrollTop, height: box.clientHeight });
  }

  protected async ask(upload: Upload): Promise<void> {
    if (this.dialog.getDialogById(CONFLICT)) return;
    const { ConflictDialog } = await import('./conflict-dialog');
    if (this.dialog.getDialogById(CONFLICT) || upload.state().kind !== 'conflict') return;
    const dialog = this.dialog.open<ConflictDialogType, Upload, ConflictAnswer>(ConflictDialog, {
      id: CONFLICT,
      data: upload,
      width: '560px',
      ariaLabelledBy: 'ls-conflict-title',
    });
    const answer = await firstValueFrom(dialog.afterClosed());
    if (answer === undefined) this.uploads.conflicts().forEach((other) => this.putOff.add(other));
    else {
      this.putOff.delete(upload);
      this.uploads.decide(upload, answer.decision);
      if (answer.isForAll) this.uploads.decideAll(answer.decision.kind);
    }
    const next = this.uploads.conflicts().find((other) => !this.putOff.has(other));
    if (next) await this.ask(next);
  }
}
