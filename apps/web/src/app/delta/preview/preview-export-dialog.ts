import { Component, computed, DestroyRef, DOCUMENT, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose } from '@angular/material/dialog';
import {
  exportTablePreview,
  type ExportTableRequest,
  type Problem,
  problemFrom,
  TransferApi,
} from '@lakescope/web-api';
import { formatBytes, formatCount, ProblemBanner, type Segment, Segments } from '@lakescope/web-ui';
import { UsageEvents } from '../../tracking/usage-events';
import { fileNameIn, saveFile } from './received-file';

/** Which rows are to be taken along: what a preview asks for, without its page. */
export type ExportedRows = Omit<ExportTableRequest, 'format' | 'limit'>;

type Format = ExportTableRequest['format'];
type Rows = '10000' | '100000' | '1000000';

/** What was saved. */
interface SavedFile {
  readonly name: string;
  readonly size: string;
  /** Most rows of a file that does not have all of them. */
  readonly cutAt: string | undefined;
}

/** Takes the rows of a preview along as a file, which arrives while it is made. Closing the dialog ends it. */
@Component({
  selector: 'ls-preview-export-dialog',
  imports: [MatButton, MatDialogClose, ProblemBanner, Segments],
  templateUrl: './preview-export-dialog.html',
  styleUrls: ['../../shell/export-dialog.css', './preview-export-dialog.css'],
})
export class PreviewExportDialog {
  private readonly rows = inject<ExportedRows>(MAT_DIALOG_DATA);
  private readonly transfer = inject(TransferApi);
  private readonly usage = inject(UsageEvents);
  private readonly document = inject(DOCUMENT);

  protected readonly formats: readonly Segment<Format>[] = [
    { value: 'csv', label: 'CSV' },
    { value: 'parquet', label: 'Parquet' },
    { value: 'json', label: 'JSON' },
  ];
  protected readonly limits: readonly Segment<Rows>[] = (['10000', '100000', '1000000'] as const).map((value) => ({
    value,
    label: formatCount(Number(value)),
  }));
  protected readonly format = signal<Format>('csv');
  protected readonly limit = signal<Rows>('100000');
  protected readonly hasConditions = (this.rows.filters?.length ?? 0) > 0;

  private readonly underWay = signal<AbortController | undefined>(undefined);
  private readonly received = signal(0);
  protected readonly problem = signal<Problem | undefined>(undefined);
  protected readonly isCancelled = signal(false);
  protected readonly saved = signal<SavedFile | undefined>(undefined);
  protected readonly isUnderWay = computed(() => this.underWay() !== undefined);
  protected readonly progress = computed(() => (this.received() === 0 ? undefined : formatBytes(this.received())));

  constructor() {
    inject(DestroyRef).onDestroy(() => this.underWay()?.abort());
  }

  protected async start(event: Event): Promise<void> {
    event.preventDefault();
    if (this.isUnderWay()) return;
    const format = this.format();
    this.usage.record('export_triggered', { elementId: 'preview-export', metadata: { format } });
    const ending = new AbortController();
    this.underWay.set(ending);
    this.received.set(0);
    this.saved.set(undefined);
    this.problem.set(undefined);
    this.isCancelled.set(false);
    try {
      const { body, headers } = await this.transfer.receive(
        exportTablePreview,
        { body: { ...this.rows, format, limit: Number(this.limit()) } },
        { signal: ending.signal, onReceived: (bytes) => this.received.set(bytes) },
      );
      const name = fileNameIn(headers.get('Content-Disposition'), `rows.${format}`);
      saveFile(this.document, name, body);
      const isCut = headers.get('X-Lakescope-Truncated') === 'true';
      this.saved.set({
        name,
        size: formatBytes(body.size),
        cutAt: isCut ? formatCount(Number(this.limit())) : undefined,
      });
    } catch (error) {
      if (!ending.signal.aborted) this.problem.set(problemFrom(error));
    } finally {
      this.underWay.set(undefined);
    }
  }

  protected cancel(): void {
    this.underWay()?.abort();
    this.isCancelled.set(true);
  }
}
