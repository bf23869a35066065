import { Component, computed, DestroyRef, inject, linkedSignal, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogClose } from '@angular/material/dialog';
import { RouterLink } from '@angular/router';
import { apiResource, getQueryContent, listVolumes } from '@lakescope/web-api';
import { formatBytes, formatCount, Icon, ProblemBanner, type Segment, Segments } from '@lakescope/web-ui';
import { Preferences } from '../../preferences/preferences';
import { UsageEvents } from '../../tracking/usage-events';
import { ExportRun } from './export-run';

/** The query whose rows are to be taken along, and the schema it asked: that may have a volume for them. */
export interface ExportedQuery {
  readonly queryId: string;
  readonly catalog: string;
  readonly schema: string;
}

/** Where exports go unless another place is named. */
const PREFERENCE = 'export_destination';

type Format = 'csv' | 'parquet' | 'json';
type Destination = 'volume' | 'download';

/** Takes all rows of a query along: as a file in a volume, whatever its size, or at once while it is small. */
@Component({
  selector: 'ls-export-dialog',
  imports: [Icon, MatButton, MatDialogClose, ProblemBanner, RouterLink, Segments],
  providers: [ExportRun],
  templateUrl: './export-dialog.html',
  styleUrls: ['../../shell/export-dialog.css', './export-dialog.css'],
})
export class ExportDialog {
  private readonly exported = inject<ExportedQuery>(MAT_DIALOG_DATA);
  private readonly usage = inject(UsageEvents);
  private readonly preferences = inject(Preferences);
  protected readonly run = inject(ExportRun);

  protected readonly formats: readonly Segment<Format>[] = [
    { value: 'csv', label: 'CSV' },
    { value: 'parquet', label: 'Parquet' },
    { value: 'json', label: 'JSON' },
  ];
  protected readonly destinations: readonly Segment<Destination>[] = [
    { value: 'volume', label: $localize`File in a volume` },
    { value: 'download', label: $localize`Download at once` },
  ];
  protected readonly format = signal<Format>('csv');
  protected readonly destination = signal<Destination>('volume');

  protected readonly volumes = apiResource(listVolumes, () => {
    const { catalog, schema } = this.exported;
    return { query: { catalog, schema, limit: 500 } };
  });
  /** Where the last export went. */
  private readonly lastFolder = computed(() => {
    const folder = this.preferences.value(PREFERENCE);
    return typeof folder === 'string' ? folder : undefined;
  });
  private readonly paths = computed(() =>
    (this.volumes.value()?.items ?? []).map(
      ({ name }) => `/Volumes/${this.exported.catalog}/${this.exported.schema}/${name}`,
    ),
  );
  protected readonly suggestions = this.paths;
  protected readonly folder = linkedSignal(() => this.lastFolder() ?? this.paths()[0] ?? '');
  protected readonly folderProblem = computed(() =>
    /^\/Volumes\/[^/]+\/[^/]+\/[^/]+(\/[^/]+)*\/?$/.test(this.folder().trim())
      ? undefined
      : $localize`A path like /Volumes/catalog/schema/volume, with folders below it if you like`,
  );
  protected readonly contentUrl = computed(
    () => getQueryContent({ path: { id: this.exported.queryId }, query: { format: this.format() } }).urlWithParams,
  );
  protected readonly progress = computed(() => {
    const artefact = this.run.artefact();
    if (!artefact) return undefined;
    const [written, size] = [formatCount(artefact.rows_written), formatBytes(artefact.size_bytes ?? 0)];
    return $localize`${written}:written: rows, ${size}:size:`;
  });
  protected readonly parent = computed(() => {
    const path = this.run.artefact()?.path ?? '';
    return path.slice(0, path.lastIndexOf('/'));
  });

  protected readonly failedText = $localize`The export failed.`;

  constructor() {
    inject(DestroyRef).onDestroy(() => this.run.leave());
  }

  protected onFolder(event: Event): void {
    this.folder.set((event.target as HTMLInputElement).value);
  }

  protected start(event: Event): void {
    event.preventDefault();
    if (this.destination() !== 'volume' || this.folderProblem() !== undefined || this.run.isUnderWay()) return;
    this.noteExport();
    const folder = this.folder().trim().replace(/\/+$/, '');
    if (folder !== this.lastFolder()) this.preferences.change(PREFERENCE, () => folder);
    void this.run.start(this.exported.queryId, this.format(), folder);
  }

  protected noteExport(): void {
    this.usage.record('export_triggered', { elementId: 'query-export', metadata: { format: this.format() } });
  }
}
