import { PlatformError } from '@lakescope/databricks-client';
import type { TimeTravel } from '@lakescope/delta';
import { UserCaller, type JsonValue } from '@lakescope/server-http';
import {
  CatalogPermissionDenied,
  CatalogTableNotFound,
  cellReader,
  quotedTable,
  selectNothing,
  selectPage,
  type StatementTable,
  type TableQuery,
  type UserStatements,
} from '@lakescope/server-unity-catalog';
import { deltaType } from './delta-types';
import { NotADeltaTable } from './direct-access.errors';
import { NamedRow } from './statement-cells';
import { sparkTimeText } from './spark-time';
import type { TableName } from './table-name';
import { VersionNotAvailable } from './warehouse.errors';

/** Commits looked at for the one of a time. */
const HISTORY_OF_A_TIME = 10_000;

export interface WarehousePreview {
  version: number;
  columns: { name: string; type: string }[];
  rows: JsonValue[][];
  nextOffset: number | undefined;
}

export interface WarehousePage {
  /** Newest first, by the names of DESCRIBE HISTORY. */
  commits: NamedRow[];
  /** The oldest of them when there are more before it. */
  next: number | undefined;
}

/**
 * A table of the catalog as the SQL warehouse tells of it, to somebody who may read it and gets no keys to its files. What is asked is
 * asked with the caller's own rights.
 */
export class WarehouseTable {
  constructor(
    private readonly statements: UserStatements,
    private readonly caller: UserCaller,
    private readonly name: TableName,
  ) {}

  /** The one row of DESCRIBE DETAIL, which knows the latest version alone. */
  async detail(signal: AbortSignal): Promise<NamedRow> {
    const [row] = NamedRow.all(await this.read(`DESCRIBE DETAIL ${quotedTable(this.name)}`, signal));
    if (row === undefined) throw new PlatformError('upstream', 'The warehouse described nothing');
    return row;
  }

  /** The commit of a version; the newest without one. Throws VersionNotAvailable. */
  async commitAt(at: TimeTravel, signal: AbortSignal): Promise<NamedRow> {
    const [newest] = await this.newest(1, signal);
    const latest = newest?.whole('version') ?? 0;
    if (newest === undefined) throw new VersionNotAvailable(this.name, at, latest);
    if (at.version === undefined && at.timestamp === undefined) return newest;
    if (at.version === latest) return newest;
    const wanted = at.version === undefined ? HISTORY_OF_A_TIME : latest - at.version + 1;
    if (wanted < 1) throw new VersionNotAvailable(this.name, at, latest);
    const commits = wanted > HISTORY_OF_A_TIME ? [] : await this.newest(wanted, signal);
    const found = commits.find((commit) => isAt(commit, at));
    if (found === undefined) throw new VersionNotAvailable(this.name, at, latest);
    return found;
  }

  /** DESCRIBE HISTORY begins with the newest commit always, so a later page reads those before it again. */
  async history(limit: number, before: number | undefined, signal: AbortSignal): Promise<WarehousePage> {
    let wanted = limit + 1;
    if (before !== undefined) {
      const [newest] = await this.newest(1, signal);
      wanted += Math.max(0, (newest?.whole('version') ?? before) - before + 1);
    }
    const all = await this.newest(wanted, signal);
    const older = all.filter((commit) => before === undefined || (commit.whole('version') ?? 0) < before);
    const commits = older.slice(0, limit);
    return { commits, next: older.length > limit ? (commits.at(-1)?.whole('version') ?? undefined) : undefined };
  }

  /** Columns in Delta's words, as the version had them. */
  async columns(version: number | undefined, signal: AbortSignal): Promise<{ name: string; type: string }[]> {
    const { columns } = await this.read(selectNothing(this.query({ version, limit: 0, offset: 0 })), signal);
    return columns.map(({ name, type_text: type }) => ({ name, type: deltaType(type) }));
  }

  /** What is said about the columns of the latest version, by their names. */
  async comments(signal: AbortSignal): Promise<ReadonlyMap<string, string | null>> {
    const rows = NamedRow.all(await this.read(`DESCRIBE TABLE ${quotedTable(this.name)}`, signal));
    const end = rows.findIndex((row) => (row.text('col_name') ?? '').startsWith('#') || row.text('col_name') === '');
    const columns = end < 0 ? rows : rows.slice(0, end);
    return new Map(columns.map((row) => [row.text('col_name') ?? '', row.text('comment')]));
  }

  async countRows(version: number, signal: AbortSignal): Promise<string | null> {
    const { rows } = await this.read(`SELECT count(*) FROM ${quotedTable(this.name)} VERSION AS OF ${version}`, signal);
    return rows[0]?.[0] ?? null;
  }

  /** Throws InvalidQuery for columns the version has not and values that do not fit theirs. */
  async preview(
    asked: Omit<TableQuery, 'catalog' | 'schema' | 'table'> & { version: number },
    signal: AbortSignal,
  ): Promise<WarehousePreview> {
    const query = this.query(asked);
    const nothing = await this.read(selectNothing(query), signal);
    const known = nothing.columns.map(({ name, type_text: typeText }) => ({ name, typeText }));
    // One more than asked for tells whether there is another page.
    const select = selectPage({ ...query, limit: query.limit + 1 }, known);
    const { columns, rows } = await this.run(select, signal);
    const readers = columns.map(({ type_text: type }) => readerOf(type));
    const shown = rows.slice(0, query.limit);
    return {
      version: asked.version,
      columns: columns.map(({ name, type_text: type }) => ({ name, type: deltaType(type) })),
      rows: shown.map((row) => readers.map((read, at) => read(row[at] ?? null))),
      nextOffset: rows.length > query.limit ? query.offset + shown.length : undefined,
    };
  }

  /** All rows that are asked for, block by block. Throws as a preview does, and ExportFailed. */
  async readMany(
    asked: Omit<TableQuery, 'catalog' | 'schema' | 'table' | 'offset'> & { version: number },
    signal: AbortSignal,
  ): ReturnType<UserStatements['readMany']> {
    const query = this.query({ ...asked, offset: 0 });
    const nothing = await this.read(selectNothing(query), signal);
    const known = nothing.columns.map(({ name, type_text: typeText }) => ({ name, typeText }));
    // One more than asked for tells whether there are more.
    return this.statements.readMany(this.caller, selectPage({ ...query, limit: query.limit + 1 }, known), signal);
  }

  private async newest(limit: number, signal: AbortSignal): Promise<NamedRow[]> {
    return NamedRow.all(await this.read(`DESCRIBE HISTORY ${quotedTable(this.name)} LIMIT ${limit}`, signal));
  }

  private query(
    asked: Omit<TableQuery, 'catalog' | 'schema' | 'table' | 'version'> & { version: number | undefined },
  ): TableQuery {
    const { catalog, schema, table } = this.name;
    const { version, ...rest } = asked;
    return { catalog, schema, table, ...rest, ...(version === undefined ? {} : { version }) };
  }

  private read(text: string, signal: AbortSignal): Promise<StatementTable> {
    return this.run({ text, parameters: [] }, signal);
  }

  private async run(select: Parameters<UserStatements['read']>[1], signal: AbortSignal): Promise<StatementTable> {
    try {
      return await this.statements.read(this.caller, select, signal);
    } catch (error) {
      throw this.explained(error);
    }
  }

  private explained(error: unknown): unknown {
    if (!(error instanceof PlatformError)) return error;
    if (error.kind === 'not_found') return new CatalogTableNotFound(this.name.toString(), error);
    if (error.kind === 'permission_denied') {
      const request = 'Ask its owner for SELECT on it, and for USE CATALOG and USE SCHEMA above it';
      return new CatalogPermissionDenied(`the table ${this.name}`, request, this.caller.userId, error);
    }
    if (
      /\[(?:EXPECT_TABLE_NOT_VIEW|DELTA_ONLY_OPERATION|NOT_A_DELTA_TABLE|DELTA_UNSUPPORTED_SOURCE)/.test(error.message)
    ) {
      return new NotADeltaTable(this.name, 'a view or a table of another format');
    }
    return error;
  }
}

function isAt(commit: NamedRow, { version, timestamp }: TimeTravel): boolean {
  if (version !== undefined) return commit.whole('version') === version;
  const time = commit.time('timestamp');
  return timestamp !== undefined && time !== null && Date.parse(time) <= timestamp.getTime();
}

/** Times to the microsecond, as previews of files have them; everything else as results of queries do. */
function readerOf(typeText: string): (cell: string | null) => JsonValue {
  const type = deltaType(typeText);
  if (type === 'timestamp' || type === 'timestamp_ntz') {
    return (cell) => (cell === null ? null : sparkTimeText(cell, type === 'timestamp'));
  }
  return cellReader(typeText);
}
