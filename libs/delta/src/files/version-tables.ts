import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CheckpointTable } from '../checkpoint/checkpoint-tables';
import type { CheckpointContext } from '../checkpoint/read-checkpoint';
import { vectorId } from '../log/actions';
import { isAbsolute } from '../log/data-path';
import { statedRows } from '../preview/row-counts';
import { placesBefore } from './named-files';
import type { StoredVersion } from './stored-version';

/** Rows put into a table before others get their turn. */
const ROWS_PER_TURN = 500;

/**
 * One version beside the tables of its checkpoint: which of the checkpoint's files it has no more, and which were added.
 * A file is told by one number: its id in the checkpoint, or -1 - its place among the added ones.
 */
export class VersionTables {
  constructor(
    private readonly table: CheckpointTable,
    private readonly context: CheckpointContext,
    private readonly version: StoredVersion,
  ) {}

  /** `(file, path, vector, size, modified, deleted, has_vector, is_absolute, partition_values)` of every file, in no order. */
  async live(): Promise<string> {
    const [files, hidden, added] = [
      await this.table.loaded(this.context),
      await this.hiddenIds(),
      await this.addedFiles(),
    ];
    return `(SELECT id AS file, path, coalesce(vector, '') AS vector, size, modified, deleted, vector IS NOT NULL AS has_vector,
          reference IS NOT NULL AND regexp_matches(path, '^(/|[a-zA-Z][a-zA-Z0-9+.-]*:/)') AS is_absolute, partition_values
        FROM ${files} WHERE id NOT IN (SELECT id FROM ${hidden})
      UNION ALL SELECT file, path, vector, size, modified, deleted, deleted IS NOT NULL, is_absolute, partition_values FROM ${added})`;
  }

  /** `(file, records)` of the files that tell it. */
  async records(): Promise<string> {
    const [counts, added] = [await this.table.counts(this.context), await this.addedFiles()];
    return `(SELECT id AS file, records FROM ${counts} UNION ALL SELECT file, records FROM ${added} WHERE records IS NOT NULL)`;
  }

  /** `(file, ord)`: a number for every file that sorts them by path. */
  async order(): Promise<string> {
    const places = await this.table.places(this.context);
    const hidden = await this.hiddenIds();
    const added = await this.table.table(this.kind('order'), this.context, async (connection, own, name) => {
      const before = await placesBefore(this.table, own, this.version.added);
      await connection.run(`CREATE TABLE ${name} (file BIGINT, ord BIGINT)`);
      const appender = await connection.createAppender(name);
      for (const [place, count] of before.entries()) {
        appender.appendBigInt(BigInt(-1 - place));
        appender.appendBigInt(BigInt(count * this.stride + place));
        appender.endRow();
        if (place % ROWS_PER_TURN === ROWS_PER_TURN - 1) await nextTurn();
      }
      appender.closeSync();
    });
    return `(SELECT id AS file, rowid * ${this.stride} + ${this.version.added.length} AS ord FROM ${places}
        WHERE id NOT IN (SELECT id FROM ${hidden})
      UNION ALL SELECT file, ord FROM ${added})`;
  }

  /** `(ord, file, rows, before)`: living rows, as far as they are told, and those of all files before. */
  async starts(): Promise<string> {
    const [live, records, order] = [await this.live(), await this.records(), await this.order()];
    return this.table.table(this.kind('starts'), this.context, async (connection, _, name) => {
      await connection.run(
        `CREATE TABLE ${name} AS SELECT ord, file, rows, sum(coalesce(rows, 0)) OVER (ORDER BY ord) - coalesce(rows, 0) AS before
         FROM (
           SELECT ord, file, CASE WHEN records IS NOT NULL THEN greatest(0, records - coalesce(deleted, 0)) END AS rows
           FROM ${live} AS live JOIN ${order} AS places USING (file) LEFT JOIN ${records} AS counts USING (file)
         ) ORDER BY ord`,
      );
    });
  }

  /** The added files, with their statistics. */
  addedFiles(): Promise<string> {
    return this.table.table(this.kind('added'), this.context, async (connection, _, name) => {
      await connection.run(
        `CREATE TABLE ${name} (file BIGINT, path VARCHAR, vector VARCHAR, size BIGINT, modified BIGINT, records BIGINT, deleted BIGINT, is_absolute BOOLEAN, partition_values VARCHAR, stats VARCHAR)`,
      );
      const appender = await connection.createAppender(name);
      const append = (value: bigint | undefined): void =>
        value === undefined ? appender.appendNull() : appender.appendBigInt(value);
      for (const [place, file] of this.version.added.entries()) {
        append(BigInt(-1 - place));
        appender.appendVarchar(file.path);
        appender.appendVarchar(vectorId(file.deletionVector));
        append(BigInt(file.sizeBytes));
        append(BigInt(Math.trunc(file.modifiedAt)));
        append(statedRows(file));
        append(file.deletionVector?.cardinality);
        appender.appendBoolean(isAbsolute(file.path));
        appender.appendVarchar(file.partitionValues);
        if (file.stats === undefined) appender.appendNull();
        else appender.appendVarchar(file.stats);
        appender.endRow();
        if (place % ROWS_PER_TURN === ROWS_PER_TURN - 1) await nextTurn();
      }
      appender.closeSync();
    });
  }

  private hiddenIds(): Promise<string> {
    return this.table.table(this.kind('hidden'), this.context, async (connection, _, name) => {
      await connection.run(`CREATE TABLE ${name} (id BIGINT)`);
      const appender = await connection.createAppender(name);
      for (const { id } of this.version.hidden) {
        appender.appendBigInt(BigInt(id));
        appender.endRow();
      }
      appender.closeSync();
    });
  }

  /** Between two files of the checkpoint there is room for all that were added. */
  private get stride(): number {
    return this.version.added.length + 1;
  }

  private kind(what: string): string {
    return `version ${this.version.number} ${what}`;
  }
}
