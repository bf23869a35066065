import type {
  FolderResult,
  IngestionFailure,
  IngestionWarning,
  Reconciliation,
  SchemaChange,
  TableOutcome,
  TableResult,
} from './run-options';

/** More of them say no more, and a table of a hundred thousand folders may have as many. */
const MOST_WARNINGS = 50;
const WORST_LAST: readonly Reconciliation[] = ['OK', 'METRICS_MISSING', 'MISMATCH'];

/** What a run did to one table so far. */
export class TableTally {
  done = 0;
  failed = 0;
  skipped = 0;
  /** Whether a folder was left that is not ingested: put aside, or without its _SUCCESS. */
  leftBehind = false;
  readonly warnings: IngestionWarning[] = [];
  private rows = 0n;
  private bytes = 0;
  private files = 0;
  private versions: { from: number; to: number } | undefined;
  private reconciliation: Reconciliation | undefined;
  private readonly changes: SchemaChange[] = [];
  private readonly startedAt = performance.now();
  private warningCount = 0;

  /** `fence`: of the manifest, in epoch milliseconds. */
  constructor(
    private readonly table: string,
    private readonly fence?: number,
  ) {}

  add(result: FolderResult): void {
    this.done += 1;
    this.rows += result.rows;
    this.bytes += result.bytes;
    this.files += result.files;
    this.changes.push(...result.schemaChanges);
    const before = this.reconciliation;
    const isWorse = before === undefined || WORST_LAST.indexOf(result.reconciliation) > WORST_LAST.indexOf(before);
    if (isWorse) this.reconciliation = result.reconciliation;
    if (result.version !== undefined) this.wrote(result.version);
    for (const warning of result.warnings) {
      const message = `${result.fingerprint}/${result.folder}: ${warning.message}`;
      this.warn({ code: warning.code, message });
    }
  }

  get hasWritten(): boolean {
    return this.versions !== undefined;
  }

  wrote(version: number): void {
    this.versions = { from: this.versions?.from ?? version, to: version };
  }

  warn(warning: IngestionWarning): void {
    this.warningCount += 1;
    if (this.warnings.length < MOST_WARNINGS) this.warnings.push(warning);
  }

  result(
    outcome: TableOutcome,
    foldersTotal: number,
    watermarks: Readonly<Record<string, string>>,
    failure: IngestionFailure | undefined,
  ): TableResult {
    const more = this.warningCount - this.warnings.length;
    const rest = { code: 'MORE_WARNINGS', message: `${more} more warnings` };
    return {
      table: this.table,
      outcome,
      foldersDone: this.done,
      foldersFailed: this.failed,
      foldersSkipped: this.skipped,
      foldersTotal,
      rows: this.rows,
      bytes: this.bytes,
      files: this.files,
      versions: this.versions,
      fence: this.fence === undefined ? undefined : String(this.fence),
      watermarks,
      schemaChanges: this.changes,
      reconciliation: this.reconciliation,
      warnings: more > 0 ? [...this.warnings, rest] : this.warnings,
      failure,
      durationMs: Math.round(performance.now() - this.startedAt),
    };
  }
}
