import type { DeltaEngine, StructField } from '@lakescope/delta';
import type { EngineCatalog } from '../engine-catalog';
import { identifier, relationName } from '../language/duckdb-text';
import type { Merge, MergeClause } from '../language/statement';
import type { RelationContext, Relations } from '../relations/relations';
import { RowsResult } from '../results/rows-result';
import { SqlFailure } from '../sql-failure';
import { FILE, inType, ROW, TargetTable } from './target-table';

const SOURCE = relationName('source');
const ACTIONS = relationName('actions');
/** The number of the clause that a row falls to, from 1; no column can be called so. */
const CLAUSE = identifier(' clause');
const RESULT = [
  ['num_affected_rows', 'long'],
  ['num_updated_rows', 'long'],
  ['num_deleted_rows', 'long'],
  ['num_inserted_rows', 'long'],
] as const;

type Kind = MergeClause['when'];

/** How many rows each clause has, and how many the source. */
interface Counts {
  readonly source: bigint;
  of(action: MergeClause['action'], when?: Kind): bigint;
}

/** MERGE INTO: what happens to which row is worked out first, then files with rows that change are written anew. */
export class MergeCommand {
  constructor(
    private readonly catalog: EngineCatalog,
    private readonly relations: Relations,
    private readonly delta: DeltaEngine,
  ) {}

  async merge(statement: Merge, context: RelationContext): Promise<RowsResult> {
    const { sandbox } = context;
    const target = await TargetTable.open(statement.target, this.relations, context);
    if (statement.clauses.some(({ action }) => action !== 'insert')) target.refuseAppendOnly();
    const source = `SELECT * FROM ${statement.source.sql} AS ${statement.source.alias}`;
    sandbox.refuseForeign(source);
    await sandbox.run(`CREATE TEMP TABLE ${SOURCE} AS ${source}`);
    const sourceColumns = await sandbox.columnNames(`SELECT * FROM ${SOURCE}`);
    const actions = actionsQuery(statement, target, sourceColumns);
    sandbox.refuseForeign(actions);
    await sandbox.run(`CREATE TEMP TABLE ${ACTIONS} AS ${actions}`);
    await refuseAmbiguity(statement, context);
    const counts = await countRows(statement, context);
    const updated = counts.of('update');
    const deleted = counts.of('delete');
    const inserted = counts.of('insert');
    const changed = updated + deleted + inserted;
    if (changed > 0n) await this.commit(statement, target, counts);
    return new RowsResult(RESULT, [[changed, updated, deleted, inserted].map(String)]);
  }

  private async commit(statement: Merge, target: TargetTable, counts: Counts): Promise<void> {
    const { alias, fields, from } = target;
    const touched = `SELECT DISTINCT ${FILE} FROM ${ACTIONS} WHERE ${FILE} IS NOT NULL`;
    const kept = fields.map((field) => target.column(field)).join(', ');
    const written = fields.map((field, index) => `v${index} AS ${identifier(field.name)}`).join(', ');
    const removing = numbersOf(statement, ({ action }) => action === 'delete');
    const change = {
      operation: 'MERGE',
      parameters: parametersOf(statement),
      files: touched,
      rows: `SELECT ${kept} FROM ${from} ANTI JOIN ${ACTIONS} AS m ON m.${FILE} = ${alias}.${FILE} AND m.${ROW} = ${alias}.${ROW} WHERE ${alias}.${FILE} IN (${touched})
        UNION ALL SELECT ${written} FROM ${ACTIONS} WHERE ${CLAUSE} NOT IN (${removing})`,
      metrics: (result) => ({
        numSourceRows: counts.source,
        numTargetRowsInserted: counts.of('insert'),
        numTargetRowsUpdated: counts.of('update'),
        numTargetRowsDeleted: counts.of('delete'),
        numTargetRowsMatchedUpdated: counts.of('update', 'matched'),
        numTargetRowsMatchedDeleted: counts.of('delete', 'matched'),
        numTargetRowsNotMatchedBySourceUpdated: counts.of('update', 'not-matched-by-source'),
        numTargetRowsNotMatchedBySourceDeleted: counts.of('delete', 'not-matched-by-source'),
        numTargetRowsCopied: result.rows - counts.of('update') - counts.of('insert'),
        numOutputRows: result.rows,
        numTargetFilesAdded: result.filesAdded,
        numTargetFilesRemoved: result.filesRemoved,
        numTargetBytesAdded: result.bytesAdded,
        numTargetBytesRemoved: result.bytesRemoved,
        numTargetChangeFilesAdded: 0,
        numTargetDeletionVectorsAdded: 0,
        numTargetDeletionVectorsUpdated: 0,
        numTargetDeletionVectorsRemoved: 0,
      }),
    } satisfies Parameters<TargetTable['commit']>[0];
    await target.commit(change, this.catalog, this.delta);
  }
}

/** Every row that something happens to: where it is (new rows are nowhere), by which clause, and its values then. */
function actionsQuery(statement: Merge, target: TargetTable, sourceColumns: readonly string[]): string {
  const { clauses, on, source } = statement;
  const from = `${SOURCE} AS ${source.alias}`;
  const relations: Record<Kind, string> = {
    matched: `${target.from} JOIN ${from} ON ${on.sql}`,
    'not-matched': `${from} ANTI JOIN ${target.from} ON ${on.sql}`,
    'not-matched-by-source': `${target.from} ANTI JOIN ${from} ON ${on.sql}`,
  };
  const kinds = (Object.keys(relations) as Kind[]).filter((kind) => clauses.some(({ when }) => when === kind));
  const parts = kinds.map((kind) => {
    const numbered = clauses.flatMap((clause, index) => (clause.when === kind ? [{ clause, number: index + 1 }] : []));
    const choose = (value: (clause: MergeClause, number: number) => string, otherwise: string): string => {
      const branches = numbered.map(
        ({ clause, number }) => `WHEN ${clause.condition?.sql ?? 'true'} THEN ${value(clause, number)}`,
      );
      return `CASE ${branches.join(' ')} ELSE ${otherwise} END`;
    };
    const place = kind === 'not-matched' ? ['NULL', 'NULL'] : [`${target.alias}.${FILE}`, `${target.alias}.${ROW}`];
    const values = target.fields.map((field, index) => {
      const own = kind === 'not-matched' ? inType('NULL', field) : target.column(field);
      const value = (clause: MergeClause): string => valueOf(clause, field, own, { target, source, sourceColumns });
      return `${choose(value, own)} AS v${index}`;
    });
    const clause = `${choose((_, number) => String(number), '0')} AS ${CLAUSE}`;
    return `SELECT ${[`${place[0]} AS ${FILE}`, `${place[1]} AS ${ROW}`, clause, ...values].join(', ')} FROM ${relations[kind]}`;
  });
  return `SELECT * FROM (${parts.join(' UNION ALL ')}) WHERE ${CLAUSE} > 0`;
}

function valueOf(
  clause: MergeClause,
  field: StructField,
  own: string,
  { target, source, sourceColumns }: { target: TargetTable; source: Merge['source']; sourceColumns: readonly string[] },
): string {
  if (clause.action === 'delete') return own;
  if (clause.assignments === '*') {
    const column = sourceColumns.find((name) => name.toLowerCase() === field.name.toLowerCase());
    if (column !== undefined) return inType(`${source.alias}.${identifier(column)}`, field);
    throw new SqlFailure(
      'DELTA_MERGE_UNRESOLVED_EXPRESSION',
      `Cannot resolve ${field.name} in ${clause.action === 'insert' ? 'INSERT' : 'UPDATE'} clause given columns ${sourceColumns.join(', ')}.`,
      '42601',
    );
  }
  target.checkAssigned(clause.assignments);
  return target.assigned(field, clause.assignments) ?? own;
}

/** A row of the target that two rows of the source change has no certain outcome; only deleting it twice has. */
async function refuseAmbiguity({ clauses }: Merge, { sandbox }: RelationContext): Promise<void> {
  const matched = clauses.filter(({ when }) => when === 'matched');
  const [only] = matched;
  if (matched.length === 1 && only?.action === 'delete' && only.condition === undefined) return;
  const twice = await sandbox.rows(
    `SELECT 1 FROM ${ACTIONS} WHERE ${FILE} IS NOT NULL GROUP BY ${FILE}, ${ROW} HAVING count(*) > 1 LIMIT 1`,
  );
  if (twice.length === 0) return;
  throw new SqlFailure(
    'DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE',
    'Cannot perform Merge as multiple source rows matched and attempted to modify the same\ntarget row in the Delta table in possibly conflicting ways. By SQL semantics of Merge,\nwhen multiple source rows match on the same target row, the result may be ambiguous\nas it is unclear which source row should be used to update or delete the matching\ntarget row. You can preprocess the source table to eliminate the possibility of\nmultiple matches.',
    '21506',
  );
}

async function countRows({ clauses }: Merge, { sandbox }: RelationContext): Promise<Counts> {
  const [[source] = []] = await sandbox.rows(`SELECT count(*) FROM ${SOURCE}`);
  const rows = await sandbox.rows(
    `SELECT ${CLAUSE}, if(any_value(${FILE}) IS NULL, count(*), count(DISTINCT (${FILE}, ${ROW}))) FROM ${ACTIONS} GROUP BY ALL`,
  );
  const byClause = new Map(rows.map(([clause, count]) => [Number(clause), BigInt(String(count))]));
  return {
    source: BigInt(String(source)),
    of: (action, when) =>
      clauses.reduce((sum, clause, index) => {
        const isMeant = clause.action === action && (when === undefined || clause.when === when);
        return isMeant ? sum + (byClause.get(index + 1) ?? 0n) : sum;
      }, 0n),
  };
}

/** Numbers of clauses as a list for IN, which may not be empty. */
function numbersOf({ clauses }: Merge, isMeant: (clause: MergeClause) => boolean): string {
  return ['0', ...clauses.flatMap((clause, index) => (isMeant(clause) ? [String(index + 1)] : []))].join(', ');
}

function parametersOf({ clauses, on }: Merge): Record<string, string> {
  const predicates = (kind: Kind): string =>
    JSON.stringify(
      clauses.flatMap(({ when, condition, action }) =>
        when === kind ? [{ ...(condition && { predicate: condition.name }), actionType: action }] : [],
      ),
    );
  return {
    predicate: JSON.stringify([on.name]),
    matchedPredicates: predicates('matched'),
    notMatchedPredicates: predicates('not-matched'),
    notMatchedBySourcePredicates: predicates('not-matched-by-source'),
  };
}
