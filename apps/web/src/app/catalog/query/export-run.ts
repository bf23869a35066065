import { computed, inject, Service, signal } from '@angular/core';
import {
  Api,
  cancelQueryExport,
  exportQuery,
  type ExportQueryDto,
  getQueryExport,
  type Problem,
  problemFrom,
  type QueryExportDto,
} from '@lakescope/web-api';

const PAUSE_MS = 700;
/** What can pass by itself is asked again so often. */
const MOST_FAILURES = 8;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A result on its way into a file of a volume. */
@Service({ autoProvided: false })
export class ExportRun {
  private readonly api = inject(Api);
  private turn = 0;
  private queryId = '';
  private readonly newest = signal<QueryExportDto | undefined>(undefined);
  private readonly failure = signal<Problem | undefined>(undefined);
  private readonly starting = signal(false);

  readonly artefact = this.newest.asReadonly();
  readonly problem = this.failure.asReadonly();
  readonly isUnderWay = computed(() => {
    const status = this.newest()?.status;
    return this.starting() || status === 'PENDING' || status === 'RUNNING';
  });

  async start(queryId: string, format: ExportQueryDto['format'], destination: string): Promise<void> {
    const turn = ++this.turn;
    this.queryId = queryId;
    this.failure.set(undefined);
    this.newest.set(undefined);
    this.starting.set(true);
    try {
      const begun = await this.api.invoke(exportQuery, { path: { id: queryId }, body: { format, destination } });
      if (turn !== this.turn) return;
      this.newest.set(begun);
      this.starting.set(false);
      await this.follow(begun.export_id, turn);
    } catch (error) {
      if (turn === this.turn) this.failure.set(problemFrom(error));
    } finally {
      if (turn === this.turn) this.starting.set(false);
    }
  }

  /** Ends it; what has been written is thrown away. */
  async cancel(): Promise<void> {
    const artefact = this.newest();
    if (!artefact) return;
    try {
      const path = { id: this.queryId, export_id: artefact.export_id };
      this.newest.set(await this.api.invoke(cancelQueryExport, { path }));
    } catch (error) {
      this.failure.set(problemFrom(error));
    }
  }

  /** Nobody looks any more. The export itself goes on. */
  leave(): void {
    this.turn += 1;
  }

  private async follow(exportId: string, turn: number): Promise<void> {
    let failures = 0;
    while (turn === this.turn && this.isUnderWay()) {
      await pause(PAUSE_MS);
      // It was cancelled, or nobody looks any more.
      if (turn !== this.turn || !this.isUnderWay()) return;
      try {
        const seen = await this.api.invoke(getQueryExport, { path: { id: this.queryId, export_id: exportId } });
        if (turn !== this.turn) return;
        this.newest.set(seen);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (problemFrom(error).status > 0 && problemFrom(error).status < 500) throw error;
        if (failures >= MOST_FAILURES) throw error;
      }
    }
  }
}
