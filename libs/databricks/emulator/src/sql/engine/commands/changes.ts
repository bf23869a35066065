import type { DeltaEngine } from '@lakescope/delta';
import type { EngineCatalog } from '../engine-catalog';
import { identifier, relationName } from '../language/duckdb-text';
import type { Statement } from '../language/statement';
import type { RelationContext, Relations } from '../relations/relations';
import { RowsResult } from '../results/rows-result';
import { FILE, ROW, TargetTable } from './target-table';

type Change<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;

const MATCHED = relationName('matched');
/** Rows of the relation `m` are those of the target's alias. */
const isMatched = (alias: string): string => `m.${FILE} = ${alias}.${FILE} AND m.${ROW} = ${alias}.${ROW}`;

/** DELETE and UPDATE: files with rows that fit are written anew, the others stay as they are. */
export class ChangeCommands {
  constructor(
    private readonly catalog: EngineCatalog,
    private readonly relations: Relations,
    private readonly delta: DeltaEngine,
  ) {}

  async delete(statement: Change<'delete'>, context: RelationContext): Promise<RowsResult> {
    const target = await TargetTable.open(statement.target, this.relations, context);
    target.refuseAppendOnly();
    const deleted = await this.match(target, statement.where?.sql, context);
    if (deleted === 0n) return affected(deleted);
    const columns = target.fields.map((field) => target.column(field)).join(', ');
    const change = {
      operation: 'DELETE',
      parameters: predicate(statement.where?.name),
      files: TOUCHED,
      rows: `SELECT ${columns} FROM ${target.from} ANTI JOIN ${MATCHED} AS m ON ${isMatched(target.alias)} WHERE ${touched(target.alias)}`,
      metrics: (written) => ({
        numRemovedFiles: written.filesRemoved,
        numAddedFiles: written.filesAdded,
        numRemovedBytes: written.bytesRemoved,
        numAddedBytes: written.bytesAdded,
        numDeletedRows: deleted,
        numCopiedRows: written.rows,
        numAddedChangeFiles: 0,
        numDeletionVectorsAdded: 0,
        numDeletionVectorsUpdated: 0,
        numDeletionVectorsRemoved: 0,
      }),
    } satisfies Parameters<TargetTable['commit']>[0];
    await target.commit(change, this.catalog, this.delta);
    return affected(deleted);
  }

  async update(statement: Change<'update'>, context: RelationContext): Promise<RowsResult> {
    const { assignments, where } = statement;
    const target = await TargetTable.open(statement.target, this.relations, context);
    target.refuseAppendOnly();
    target.checkAssigned(assignments);
    const columns = target.fields.map((field) => {
      const value = target.assigned(field, assignments);
      const own = target.column(field);
      const sql = value === undefined ? own : `CASE WHEN m.${ROW} IS NULL THEN ${own} ELSE ${value} END`;
      return `${sql} AS ${identifier(field.name)}`;
    });
    const rows = `SELECT ${columns.join(', ')} FROM ${target.from} LEFT JOIN ${MATCHED} AS m ON ${isMatched(target.alias)} WHERE ${touched(target.alias)}`;
    const updated = await this.match(target, where?.sql, context);
    context.sandbox.refuseForeign(rows);
    if (updated === 0n) {
      // What cannot be computed fails also when no row asks for it.
      await context.sandbox.columns(rows);
      return affected(updated);
    }
    const change = {
      operation: 'UPDATE',
      parameters: predicate(where?.name),
      files: TOUCHED,
      rows,
      metrics: (written) => ({
        numRemovedFiles: written.filesRemoved,
        numAddedFiles: written.filesAdded,
        numRemovedBytes: written.bytesRemoved,
        numAddedBytes: written.bytesAdded,
        numUpdatedRows: updated,
        numCopiedRows: written.rows - updated,
        numAddedChangeFiles: 0,
        numDeletionVectorsAdded: 0,
        numDeletionVectorsUpdated: 0,
        numDeletionVectorsRemoved: 0,
      }),
    } satisfies Parameters<TargetTable['commit']>[0];
    await target.commit(change, this.catalog, this.delta);
    return affected(updated);
  }

  /** Puts the places of all rows that fit aside: a condition is evaluated once, whatever it holds. */
  private async match(target: TargetTable, where: string | undefined, { sandbox }: RelationContext): Promise<bigint> {
    const { alias, from } = target;
    const condition = where === undefined ? '' : ` WHERE ${where}`;
    const query = `SELECT ${alias}.${FILE}, ${alias}.${ROW} FROM ${from}${condition}`;
    sandbox.refuseForeign(query);
    await sandbox.run(`CREATE TEMP TABLE ${MATCHED} AS ${query}`);
    const [[count] = []] = await sandbox.rows(`SELECT count(*) FROM ${MATCHED}`);
    return typeof count === 'bigint' ? count : 0n;
  }
}

const TOUCHED = `SELECT DISTINCT ${FILE} FROM ${MATCHED}`;

function touched(alias: string): string {
  return `${alias}.${FILE} IN (${TOUCHED})`;
}

function predicate(name: string | undefined): Record<string, string> {
  return { predicate: JSON.stringify(name === undefined ? ['true'] : [name]) };
}

function affected(rows: bigint): RowsResult {
  return new RowsResult([['num_affected_rows', 'long']], [[String(rows)]]);
}
