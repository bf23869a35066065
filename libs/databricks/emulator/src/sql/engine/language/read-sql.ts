import type { SqlParameter } from '../sql-request';
import type { Expression } from './expression';
import type { Grammar } from './grammar';
import { readExpression } from './operators';
import { readQuery } from './queries';
import type { Statement } from './statement';
import { StatementScope, type Session, type TableReference } from './statement-scope';
import { readStatement } from './statements';
import { TokenReader } from './token-reader';

class SqlGrammar implements Grammar {
  readonly reader: TokenReader;

  constructor(
    sql: string,
    readonly scope: StatementScope,
  ) {
    this.reader = new TokenReader(sql);
  }

  expression(): Expression {
    return readExpression(this);
  }

  query(): string {
    return readQuery(this);
  }
}

/** Reads Databricks SQL into a statement in DuckDB's SQL and the tables it reads. Throws SqlFailure. */
export function readSql(
  sql: string,
  session: Session,
  parameters: readonly SqlParameter[],
  prefix = 't',
): { statement: Statement; tables: readonly TableReference[] } {
  const first = new StatementScope(session, parameters, prefix);
  readStatement(new SqlGrammar(sql, first));
  const scope = new StatementScope(session, parameters, prefix, first);
  const statement = readStatement(new SqlGrammar(sql, scope));
  return { statement, tables: scope.tables };
}
