import { Component, computed, inject, input, output, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { CopyButton, Countdown, formatBytes, Icon, type IconName } from '@lakescope/web-ui';
import { visibleName } from '../../entry-list/file-name';
import { nameOf } from '../volume-path';
import { type Upload, type UploadState } from './upload';
import { progressText } from './upload-line';
import { Uploads } from './uploads';

const ICONS: Readonly<Record<UploadState['kind'], IconName>> = {
  waiting: 'clock',
  sending: 'upload',
  pausing: 'clock',
  conflict: 'alert',
  failed: 'alert',
  interrupted: 'alert',
  cancelled: 'close',
  skipped: 'check',
  done: 'check',
};

/** One upload: where it goes, how it gets on, and what can be done about it now. */
@Component({
  selector: 'ls-upload-row',
  imports: [CopyButton, Countdown, Icon, RouterLink],
  templateUrl: './upload-row.html',
  styleUrl: './upload-row.css',
})
export class UploadRow {
  readonly upload = input.required<Upload>();
  /** Somebody wants to decide about a file that is already there. */
  readonly asked = output();

  protected readonly uploads = inject(Uploads);
  protected readonly state = computed(() => this.upload().state());
  protected readonly icon = computed(() => ICONS[this.state().kind]);
  protected readonly name = computed(() => visibleName(this.upload().name()));
  protected readonly folderName = computed(() => visibleName(nameOf(this.upload().folder())));
  protected readonly share = computed(() => {
    const { sizeBytes } = this.upload();
    return sizeBytes === 0 ? 100 : Math.floor((this.upload().sentBytes() / sizeBytes) * 100);
  });
  protected readonly progress = computed(() =>
    progressText(this.upload().sentBytes(), this.upload().sizeBytes, this.upload().bytesPerSecond()),
  );
  protected readonly size = computed(() => formatBytes(this.upload().sizeBytes));
  protected readonly retryAt = computed(() => {
    const state = this.state();
    return state.kind === 'pausing' ? new Date(state.until).toISOString() : undefined;
  });
  protected readonly problem = computed(() => {
    const state = this.state();
    return state.kind === 'failed' || state.kind === 'pausing' ? state.problem : undefined;
  });
  /** All that is known of a failure, to be handed on. */
  protected readonly report = computed(() => {
    const state = this.state();
    if (state.kind !== 'failed' || state.problem.code === 'CLIENT_ERROR') return undefined;
    const { detail, code, correlationId } = state.problem;
    return [this.upload().path(), detail, code, correlationId].filter((part) => part !== undefined).join('\n');
  });
  /** A file that can never be taken as it is needs no second try. */
  protected readonly canRetry = computed(() => {
    const { kind } = this.state();
    if (kind === 'cancelled') return this.upload().file !== undefined;
    return kind === 'failed' && this.problem()?.code !== 'CLIENT_ERROR';
  });
  /** The file that was chosen is not the one that was interrupted. */
  protected readonly isOther = signal(false);
  protected readonly cancelLabel = computed(() => $localize`Cancel the upload of ${this.name()}:name:`);
  protected readonly dismissLabel = computed(() => $localize`Take ${this.name()}:name: off the list`);
  protected readonly progressLabel = computed(() => $localize`Upload of ${this.name()}:name:`);

  protected choose(event: Event): void {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (file) this.isOther.set(!this.uploads.goOnWith(this.upload(), file));
  }
}
