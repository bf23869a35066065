import { SqlFailure } from '../sql-failure';
import { identifier } from './duckdb-text';
import { readSource } from './from-clause';
import type { Grammar } from './grammar';
import type { Assignment, ChangedTable, Condition, MergeClause, Statement } from './statement';
import { readName } from './written-name';

/** `DELETE FROM t [AS a] [WHERE ...]`; its first word has been read. */
export function readDelete(grammar: Grammar): Statement {
  grammar.reader.expect('FROM');
  return { kind: 'delete', target: readTarget(grammar), where: readWhere(grammar) };
}

/** `UPDATE t [AS a] SET c = ..., ... [WHERE ...]`; its first word has been read. */
export function readUpdate(grammar: Grammar): Statement {
  const target = readTarget(grammar);
  grammar.reader.expect('SET');
  const assignments = readAssignments(grammar);
  return { kind: 'update', target, assignments, where: readWhere(grammar) };
}

/** `MERGE INTO t USING s ON ... WHEN ...`; its first word has been read. */
export function readMerge(grammar: Grammar): Statement {
  const { reader } = grammar;
  if (reader.accept('WITH', 'SCHEMA', 'EVOLUTION')) {
    throw new SqlFailure(
      'UNSUPPORTED_FEATURE.SQL',
      'The feature is not supported: MERGE WITH SCHEMA EVOLUTION.',
      '0A000',
    );
  }
  reader.expect('INTO');
  const target = readTarget(grammar);
  reader.expect('USING');
  const source = readSource(grammar);
  reader.expect('ON');
  const on = readCondition(grammar);
  if (!reader.isKeyword('WHEN')) {
    throw new SqlFailure('MERGE_WITHOUT_WHEN', 'There must be at least one WHEN clause in a MERGE statement.', '42601');
  }
  const clauses: MergeClause[] = [];
  while (reader.accept('WHEN')) clauses.push(readClause(grammar));
  refuseHidden(clauses);
  return { kind: 'merge', target, source, on, clauses };
}

function readTarget(grammar: Grammar): ChangedTable {
  const { reader, scope } = grammar;
  const { parts, place } = readName(grammar);
  const alias = reader.alias();
  const reference = scope.target(parts, place, alias !== undefined);
  return { reference, alias: identifier(alias?.value ?? parts.at(-1) ?? '') };
}

function readWhere(grammar: Grammar): Condition | undefined {
  return grammar.reader.accept('WHERE') ? readCondition(grammar) : undefined;
}

function readCondition(grammar: Grammar): Condition {
  const { sql, name } = grammar.expression();
  return { sql, name };
}

function readAssignments(grammar: Grammar): Assignment[] {
  const { reader } = grammar;
  return reader.list(() => {
    const column = readAssigned(grammar);
    reader.expectSymbol('=');
    return { column, sql: readValue(grammar) };
  });
}

/** `c`, or `t.c` where `t` is what the table is called. */
function readAssigned(grammar: Grammar): string {
  const { reader, scope } = grammar;
  const parts = reader.name().map((part) => part.value);
  const own = parts.slice(scope.qualifierParts(parts));
  // What is left is a column, or a column behind one qualifier, which for UPDATE and MERGE can only be the target's.
  const column = own.at(-1);
  if (column === undefined || own.length > 2) {
    throw new SqlFailure(
      'UNSUPPORTED_FEATURE.SQL',
      `The feature is not supported: an assignment to the field ${own.join('.')} of a struct. Assign the whole column.`,
      '0A000',
    );
  }
  return column;
}

function readValue(grammar: Grammar): string | undefined {
  const { reader } = grammar;
  return reader.accept('DEFAULT') ? undefined : grammar.expression().sql;
}

function readClause(grammar: Grammar): MergeClause {
  const { reader } = grammar;
  const not = reader.accept('NOT');
  reader.expect('MATCHED');
  const bySource = not && reader.accept('BY', 'SOURCE');
  if (not && !bySource) reader.accept('BY', 'TARGET');
  const when = bySource ? 'not-matched-by-source' : not ? 'not-matched' : 'matched';
  const condition = reader.accept('AND') ? readCondition(grammar) : undefined;
  reader.expect('THEN');
  if (when === 'not-matched') {
    reader.expect('INSERT');
    return { when, condition, action: 'insert', assignments: readInserted(grammar) };
  }
  if (reader.accept('DELETE')) return { when, condition, action: 'delete', assignments: [] };
  reader.expect('UPDATE', 'SET');
  const isStar = when === 'matched' && reader.acceptSymbol('*');
  return { when, condition, action: 'update', assignments: isStar ? '*' : readAssignments(grammar) };
}

function readInserted(grammar: Grammar): '*' | Assignment[] {
  const { reader } = grammar;
  if (reader.acceptSymbol('*')) return '*';
  const columns = reader.inParentheses(() => reader.list(() => readAssigned(grammar)));
  reader.expect('VALUES');
  const start = reader.peek();
  const values = reader.inParentheses(() => reader.list(() => readValue(grammar)));
  if (values.length !== columns.length) throw reader.syntaxError(start);
  return columns.map((column, index) => ({ column, sql: values[index] }));
}

/** Of the clauses of one kind only the last may be without a condition: those behind it would never be reached. */
function refuseHidden(clauses: readonly MergeClause[]): void {
  const kinds = [
    ['matched', 'NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION', 'MATCHED'],
    ['not-matched', 'NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION', 'NOT MATCHED [BY TARGET]'],
    ['not-matched-by-source', 'NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION', 'NOT MATCHED BY SOURCE'],
  ] as const;
  for (const [when, errorClass, words] of kinds) {
    const same = clauses.filter((clause) => clause.when === when);
    if (!same.slice(0, -1).some(({ condition }) => condition === undefined)) continue;
    throw new SqlFailure(
      errorClass,
      `When there are more than one ${words} clauses in a MERGE statement, only the last ${words} clause can omit the condition.`,
      '42613',
    );
  }
}
