import { DeltaTable, LocalStorage, type DeltaEngine, type TableSnapshot } from '@lakescope/delta';
import type { Principal } from '../../../identity/directory';
import type { EngineCatalog, EnginePrivilege, EngineTableEntry, TableName } from '../engine-catalog';
import { insufficientPermissions, tableNotFound } from '../failures/catalog-failures';
import { fromDelta } from '../failures/delta-failure';
import { relationName } from '../language/duckdb-text';
import { readSql } from '../language/read-sql';
import type { Session, TableReference, TableVersion } from '../language/statement-scope';
import { tooComplex } from '../language/token-reader';
import type { Sandbox } from '../sandbox/sandbox';
import { SqlFailure } from '../sql-failure';
import { isInformationSchema, InformationSchema } from './information-schema';
import { partsOf, resolveName } from './resolve-name';

/** Views of views of views. */
const MAX_VIEW_DEPTH = 20;

/** Whose statement it is, and what it is run in. */
export interface RelationContext {
  readonly caller: Principal;
  readonly session: Session;
  readonly sandbox: Sandbox;
  readonly signal: AbortSignal;
}

/** Puts the tables of a statement into its sandbox, as far as the caller may read them. */
export class Relations {
  private readonly informationSchema: InformationSchema;

  constructor(
    private readonly catalog: EngineCatalog,
    private readonly delta: DeltaEngine,
  ) {
    this.informationSchema = new InformationSchema(catalog);
  }

  /** Makes a view in the sandbox for every reference. */
  async load(references: readonly TableReference[], context: RelationContext, depth = 0): Promise<void> {
    if (depth > MAX_VIEW_DEPTH) throw tooComplex();
    for (const reference of references) {
      context.signal.throwIfAborted();
      await this.loadOne(reference, context, depth);
    }
  }

  /** A table the caller may use this way; rights come before existence. */
  async tableFor(
    caller: Principal,
    privilege: EnginePrivilege,
    name: TableName,
    place: string,
  ): Promise<EngineTableEntry> {
    const missing = await this.catalog.missing(caller, privilege, name);
    if (missing !== undefined) throw insufficientPermissions(missing);
    const table = await this.catalog.table(name);
    if (table === undefined) throw tableNotFound(partsOf(name), place);
    return table;
  }

  /** The Delta table behind an entry. */
  async open(table: EngineTableEntry, signal: AbortSignal): Promise<DeltaTable> {
    const name = [table.catalog, table.schema, table.name];
    if (table.directory === undefined) {
      throw new SqlFailure('DELTA_MISSING_DELTA_TABLE', `\`${name.join('`.`')}\` is not a Delta table.`, '42P01');
    }
    try {
      return await DeltaTable.open(this.delta, new LocalStorage(table.directory), { signal });
    } catch (error) {
      throw fromDelta(error, name);
    }
  }

  private async loadOne(reference: TableReference, context: RelationContext, depth: number): Promise<void> {
    const { caller, session, sandbox, signal } = context;
    const name = resolveName(reference.parts, session, reference.place);
    if (isInformationSchema(name)) {
      await this.informationSchema.load(reference, name, context);
      return;
    }
    const table = await this.tableFor(caller, 'SELECT', name, reference.place);
    if (table.viewDefinition !== undefined)
      return this.loadView(reference, table, table.viewDefinition, context, depth);
    const delta = await this.open(table, signal);
    try {
      const snapshot = await this.snapshot(delta, reference.at, partsOf(name), context);
      const relation = await snapshot.relation({ signal });
      for (const statement of relation.statements(reference.view)) await sandbox.run(statement);
    } catch (error) {
      throw fromDelta(error, partsOf(name));
    }
  }

  /** A view is read with its owner's rights: that is what it is granted for. */
  private async loadView(
    reference: TableReference,
    view: EngineTableEntry,
    definition: string,
    context: RelationContext,
    depth: number,
  ): Promise<void> {
    const owner = await this.catalog.principal(view.owner);
    if (owner === undefined) throw tableNotFound([view.catalog, view.schema, view.name], reference.place);
    if (reference.at !== undefined) {
      throw new SqlFailure(
        'UNSUPPORTED_FEATURE.TIME_TRAVEL',
        `The feature is not supported: Time travel on the relation: \`${view.name}\`.`,
        '0A000',
      );
    }
    const session = { ...context.session, catalog: view.catalog, schema: view.schema };
    const { statement, tables } = readSql(definition, session, [], `${reference.view}_`);
    if (statement.kind !== 'query') throw tableNotFound([view.catalog, view.schema, view.name], reference.place);
    await this.load(tables, { ...context, session, caller: owner }, depth + 1);
    context.sandbox.refuseForeign(statement.sql);
    await context.sandbox.run(`CREATE TEMP VIEW ${relationName(reference.view)} AS ${statement.sql}`);
  }

  private async snapshot(
    table: DeltaTable,
    at: TableVersion | undefined,
    name: readonly string[],
    { sandbox, signal }: RelationContext,
  ): Promise<TableSnapshot> {
    if (at === undefined) return table.snapshot({}, { signal });
    if ('version' in at) return table.snapshot({ version: at.version }, { signal });
    const query = `SELECT epoch_ms(CAST(${at.timestamp.sql} AS TIMESTAMPTZ))`;
    sandbox.refuseForeign(query);
    const [[millis] = []] = await sandbox.rows(query);
    if (typeof millis !== 'bigint') {
      throw new SqlFailure(
        'INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.INPUT',
        `The time travel timestamp expression ${at.timestamp.name} is invalid. Cannot be casted to the "TIMESTAMP" type.`,
        '42K0E',
      );
    }
    const timestamp = new Date(Number(millis));
    const latest = await table.snapshot({}, { signal });
    if (timestamp.getTime() > latest.timestamp.getTime()) {
      throw new SqlFailure(
        'DELTA_TIMESTAMP_GREATER_THAN_COMMIT',
        `The provided timestamp (${timestamp.toISOString()}) is after the latest version available to this\ntable (\`${name.join('`.`')}\`). Please use a timestamp before or at ${latest.timestamp.toISOString()}.`,
        '42816',
      );
    }
    return table.snapshot({ timestamp }, { signal });
  }
}
