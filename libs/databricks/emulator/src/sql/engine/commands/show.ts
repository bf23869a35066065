import type { DataType } from '@lakescope/delta';
import type { EngineCatalog } from '../engine-catalog';
import { catalogNotFound, insufficientPermissions, schemaNotFound, tableNotFound } from '../failures/catalog-failures';
import type { Session } from '../language/statement-scope';
import type { Statement } from '../language/statement';
import type { Relations } from '../relations/relations';
import { resolveName } from '../relations/resolve-name';
import { RowsResult } from '../results/rows-result';
import type { SqlRequest } from '../sql-request';

type Show<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>;
const TEXT: DataType = 'string';
const INFORMATION_SCHEMA = 'information_schema';

/** SHOW CATALOGS, SCHEMAS, TABLES and COLUMNS: what the caller may see. */
export class ShowCommands {
  constructor(
    private readonly catalog: EngineCatalog,
    private readonly relations: Relations,
  ) {}

  async catalogs({ like }: Show<'show-catalogs'>, request: SqlRequest): Promise<RowsResult> {
    const names = (await this.catalog.catalogs(request.caller)).map((entry) => entry.name);
    return this.names('catalog', names.filter(matching(like)), request);
  }

  async schemas(statement: Show<'show-schemas'>, request: SqlRequest, session: Session): Promise<RowsResult> {
    const catalog = statement.catalog ?? session.catalog;
    await this.requireCatalog(catalog, request);
    const names = (await this.catalog.schemas(request.caller, catalog)).map((entry) => entry.name);
    const all = names.includes(INFORMATION_SCHEMA) ? names : [...names, INFORMATION_SCHEMA].sort();
    return this.names('databaseName', all.filter(matching(statement.like)), request);
  }

  async tables(statement: Show<'show-tables'>, request: SqlRequest, session: Session): Promise<RowsResult> {
    const parts = statement.schema?.parts ?? [session.schema];
    if (parts.length > 2) throw tableNotFound(parts, statement.schema?.place ?? '');
    const schema = parts.at(-1) ?? session.schema;
    const catalog = parts.length === 2 ? (parts[0] ?? session.catalog) : session.catalog;
    await this.requireCatalog(catalog, request);
    if (!(await this.catalog.hasSchema(catalog, schema))) throw schemaNotFound(catalog, schema);
    // Any name will do: of a table that is not there, the catalog and the schema are judged.
    const missing = await this.catalog.missing(request.caller, 'SELECT', { catalog, schema, table: '' });
    if (missing !== undefined && missing.type !== 'Table') throw insufficientPermissions(missing);
    const tables = await this.catalog.tables(request.caller, catalog, schema);
    const isShown = matching(statement.like);
    return new RowsResult(
      [
        ['database', TEXT],
        ['tableName', TEXT],
        ['isTemporary', 'boolean'],
      ],
      tables.filter((table) => isShown(table.name)).map((table) => [table.schema, table.name, 'false']),
      request.rowLimit,
    );
  }

  async columns({ table }: Show<'show-columns'>, request: SqlRequest, session: Session): Promise<RowsResult> {
    const name = resolveName(table.parts, session, table.place);
    const entry = await this.relations.tableFor(request.caller, 'SELECT', name, table.place);
    return this.names(
      'col_name',
      entry.columns.map((column) => column.name),
      request,
    );
  }

  private async requireCatalog(catalog: string, { caller }: SqlRequest): Promise<void> {
    if (!(await this.catalog.hasCatalog(catalog))) throw catalogNotFound(catalog);
    const missing = await this.catalog.missing(caller, 'SELECT', { catalog, schema: '', table: '' });
    if (missing?.type === 'Catalog') throw insufficientPermissions(missing);
  }

  private names(column: string, names: readonly string[], { rowLimit }: SqlRequest): RowsResult {
    return new RowsResult(
      [[column, TEXT]],
      names.map((name) => [name]),
      rowLimit,
    );
  }
}

/** Patterns of SHOW: `*` is any text, `|` separates alternatives, case does not matter (SQL reference, "SHOW TABLES"). */
function matching(like: string | undefined): (name: string) => boolean {
  if (like === undefined) return () => true;
  const alternatives = like.toLowerCase().split('|');
  return (name) => alternatives.some((pattern) => fits(name.toLowerCase(), pattern.trim().split('*')));
}

/** Without a regular expression, which a pattern could make very slow. */
function fits(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
