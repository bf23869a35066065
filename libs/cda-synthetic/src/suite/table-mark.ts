import type { Disorder } from './disorder';
import type { TableSchema } from './schema-line';
import type { SyntheticFolder } from './synthetic-folder';

const HUGE = 5_000_000_000;

/** What a manifest says of a table, but for where its files are. */
export interface TableFacts {
  readonly lastSuccessfulWriteTimestamp: string;
  readonly totalProcessedRecordsCount: number;
  readonly schemaHistory: Readonly<Record<string, string>>;
}

/** Follows what was written of a table, for its manifest entry. */
export class TableMark {
  private readonly complete: number[] = [];
  private readonly seen = new Set<string>();
  private rows = 0;
  private huge = false;
  private rolledBack: number | undefined;
  private readonly pruned = new Set<string>();
  /** The largest number of a folder that the producer says is there. */
  newest = 0;

  note(folder: SyntheticFolder): void {
    const at = Number(folder.folder);
    if (!folder.disorders.includes('past-the-fence')) this.newest = Math.max(this.newest, at);
    if (this.seen.has(`${folder.fingerprint}/${folder.folder}`)) return;
    this.seen.add(`${folder.fingerprint}/${folder.folder}`);
    this.complete.push(at);
    this.rows += folder.rows;
  }

  /** The step is written; `past` is what it holds beyond its own fence. */
  endStep(disorders: readonly Disorder[], schemas: readonly TableSchema[], before: number): void {
    if (disorders.includes('huge-record-count')) this.huge = true;
    if (disorders.includes('pruned-fingerprint')) {
      for (const { fingerprint } of schemas.slice(0, -1)) this.pruned.add(fingerprint);
    }
    // Well before where the last step ended.
    const earlier = this.complete.filter((at) => at < before).sort((one, other) => one - other);
    this.rolledBack = disorders.includes('manifest-rollback') ? earlier[Math.floor(earlier.length / 3)] : undefined;
  }

  facts(schemas: readonly TableSchema[]): TableFacts {
    const known = schemas.filter(({ fingerprint }) => !this.pruned.has(fingerprint));
    return {
      lastSuccessfulWriteTimestamp: String(this.rolledBack ?? this.newest),
      totalProcessedRecordsCount: this.huge ? HUGE : this.rows,
      schemaHistory: Object.fromEntries(known.map(({ fingerprint, since }) => [fingerprint, String(since)])),
    };
  }
}
