import type { DeltaEngine } from '@lakescope/delta';
import { ChangeCommands } from './commands/changes';
import { CopyIntoCommand } from './commands/copy-into';
import { DescribeCommands } from './commands/describe';
import { MergeCommand } from './commands/merge';
import { ShowCommands } from './commands/show';
import { WriteCommands } from './commands/writes';
import type { EngineCatalog } from './engine-catalog';
import { isFatal, toSqlFailure } from './failures/duckdb-failure';
import { readSql } from './language/read-sql';
import { catalogTypeText } from './language/spark-types';
import type { Statement } from './language/statement';
import type { Session, TableReference } from './language/statement-scope';
import { Relations, type RelationContext } from './relations/relations';
import { QueryResult } from './results/query-result';
import { resultType } from './results/result-type';
import { RowsResult } from './results/rows-result';
import type { Sandbox } from './sandbox/sandbox';
import type { Sandboxes } from './sandbox/sandboxes';
import type { SqlRequest, SqlResult } from './sql-request';

const DEFAULT_SCHEMA = 'default';

/**
 * Runs Databricks SQL for a caller, with that caller's rights, over the Delta tables of a catalog. The text is read by our
 * own grammar and written anew for DuckDB, which sees nothing but the files of the tables that the caller may read.
 */
export class StatementRunner {
  private readonly relations: Relations;
  private readonly show: ShowCommands;
  private readonly describe: DescribeCommands;
  private readonly write: WriteCommands;
  private readonly changes: ChangeCommands;
  private readonly mergeCommand: MergeCommand;
  private readonly copyInto: CopyIntoCommand;

  constructor(
    private readonly catalog: EngineCatalog,
    delta: DeltaEngine,
    private readonly sandboxes: Sandboxes,
  ) {
    this.relations = new Relations(catalog, delta);
    this.show = new ShowCommands(catalog, this.relations);
    this.describe = new DescribeCommands(this.relations);
    this.write = new WriteCommands(catalog, this.relations, delta);
    this.changes = new ChangeCommands(catalog, this.relations, delta);
    this.mergeCommand = new MergeCommand(catalog, this.relations, delta);
    this.copyInto = new CopyIntoCommand(catalog, this.relations, delta);
  }

  /** Rejects with SqlFailure, or with the signal's reason. The result must be closed. */
  async run(request: SqlRequest): Promise<SqlResult> {
    request.signal.throwIfAborted();
    const session: Session = {
      catalog: request.catalog ?? this.catalog.defaultCatalog,
      schema: request.schema ?? DEFAULT_SCHEMA,
      userName: request.caller.name,
    };
    const { statement, tables } = readSql(request.text, session, request.parameters);
    switch (statement.kind) {
      case 'show-catalogs':
        return this.show.catalogs(statement, request);
      case 'show-schemas':
        return this.show.schemas(statement, request, session);
      case 'show-tables':
        return this.show.tables(statement, request, session);
      case 'show-columns':
        return this.show.columns(statement, request, session);
      case 'describe':
        return this.describe.table(statement, request, session);
      case 'describe-detail':
        return this.describe.detail(statement, request, session);
      case 'describe-history':
        return this.describe.history(statement, request, session);
      default:
        return this.sandboxes.inTurn(request.signal, () => this.runInSandbox(statement, tables, request, session));
    }
  }

  private async runInSandbox(
    statement: Statement,
    tables: readonly TableReference[],
    request: SqlRequest,
    session: Session,
  ): Promise<SqlResult> {
    const { caller, signal } = request;
    const sandbox = await this.sandboxes.take();
    const interrupt = (): void => sandbox.interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    let result: SqlResult | undefined;
    try {
      signal.throwIfAborted();
      result = await this.runStatement(statement, tables, { caller, session, sandbox, signal }, request, interrupt);
      return result;
    } catch (error) {
      if (isFatal(error)) await this.sandboxes.replaceDatabase();
      // Whatever broke when the caller left, it broke because the caller left.
      signal.throwIfAborted();
      throw toSqlFailure(error);
    } finally {
      // A query's rows are still to be read from the sandbox.
      if (!(result instanceof QueryResult)) {
        signal.removeEventListener('abort', interrupt);
        await this.sandboxes.release(sandbox);
      }
    }
  }

  private async runStatement(
    statement: Statement,
    tables: readonly TableReference[],
    context: RelationContext,
    { rowLimit = Number.POSITIVE_INFINITY }: SqlRequest,
    interrupt: () => void,
  ): Promise<SqlResult> {
    const { sandbox, signal } = context;
    const ready = async (query: string): Promise<Sandbox> => {
      await this.relations.load(tables, context);
      sandbox.refuseForeign(query);
      return sandbox;
    };
    switch (statement.kind) {
      case 'query': {
        await ready(statement.sql);
        const { sandboxes } = this;
        return QueryResult.start(statement.sql, { sandbox, sandboxes, signal, rowLimit, interrupt });
      }
      case 'describe-query': {
        const columns = await (await ready(statement.sql)).columns(statement.sql);
        const rows = columns.map(([name, type]) => [name, catalogTypeText(resultType(type)), null]);
        return new RowsResult(
          [
            ['col_name', 'string'],
            ['data_type', 'string'],
            ['comment', 'string'],
          ],
          rows,
          rowLimit,
        );
      }
      case 'create-table': {
        const name = await this.write.checkCreate(statement, context);
        if (name === undefined) return new RowsResult([], []);
        if (statement.query !== undefined) await ready(statement.query);
        return this.write.create(name, statement, context);
      }
      case 'insert': {
        const entry = await this.write.checkInsert(statement, context);
        await ready(statement.query);
        return this.write.insert(entry, statement, context);
      }
      case 'delete':
        await this.relations.load(tables, context);
        return this.changes.delete(statement, context);
      case 'update':
        await this.relations.load(tables, context);
        return this.changes.update(statement, context);
      case 'merge':
        await this.relations.load(tables, context);
        return this.mergeCommand.merge(statement, context);
      case 'copy-into':
        await this.relations.load(tables, context);
        return this.copyInto.copy(statement, context);
      case 'drop-table':
        return this.write.drop(statement, context);
      default:
        return new RowsResult([], []);
    }
  }
}
