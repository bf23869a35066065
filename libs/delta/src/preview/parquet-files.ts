import type { DataFile } from '../cache/cache-key';
import type { DataFiles } from '../cache/data-files';
import type { Span } from '../cache/byte-ranges';
import type { DuckDB } from '../duckdb/duckdb';
import { fileLiteral, identifier } from '../duckdb/sql';
import { InvalidRequest, StorageNotFound, UnsupportedTableFeature } from '../errors';
import { ColumnNames } from '../schema/column-names';
import { duckdbType } from '../schema/duckdb-type';
import { typeText, type DataType, type JsonValue } from '../schema/types';
import type { Storage } from '../storage/storage';
import { inferType } from '../writer/infer-type';
import { toJson } from './json-value';
import { readingData } from './row-counts';
import { neededSpans } from './row-groups';

/** More than this is not fetched to show a few rows: rows lie together in groups, and a group is fetched whole. */
const MOST_BYTES = 256 * 1024 ** 2;
const PLAIN_NAMES = new ColumnNames({});

/** Which rows of the files are shown. */
export interface ParquetPreviewOptions {
  limit: number;
  /** Of the columns, the first ones. */
  maxColumns: number;
  signal?: AbortSignal;
}

/** Rows of single parquet files, shown as those of tables are. */
export interface ParquetPreview {
  columns: { name: string; type: string }[];
  rows: JsonValue[][];
  /** Whether the file has more rows or columns. */
  hasMore: boolean;
}

interface FileColumn {
  name: string;
  type: DataType;
}

/** Parquet files that belong to no table: their first rows. */
export class ParquetFiles {
  constructor(
    private readonly duckdb: DuckDB,
    private readonly files: DataFiles,
  ) {}

  /** Throws StorageNotFound, TableCorrupt for what is no parquet, and UnsupportedTableFeature for rows that cannot be had cheaply. */
  async preview(
    storage: Storage,
    path: string,
    { limit, maxColumns, signal }: ParquetPreviewOptions,
  ): Promise<ParquetPreview> {
    // Asked each time, with the rights of whoever asks: what is cached is named by what is found now.
    const found = await storage.head(path, signal === undefined ? {} : { signal });
    if (found === undefined) throw new StorageNotFound(path);
    const file: DataFile = { path, ...found };
    return this.files.leased(storage, signal, (lease) =>
      readingData([file], signal, async () => {
        // One row more than is shown tells whether there are more.
        const local = await lease.parts(file, (footer) => this.firstSpans(path, footer, limit, signal));
        const all = await this.columnsOf(local, signal);
        const columns = all.slice(0, maxColumns);
        const values = columns.map(({ name, type }) => `CAST(${identifier(name)} AS ${duckdbType(type)})`).join(', ');
        // The virtual column keeps DuckDB from looking into groups of rows that were not fetched.
        const found = await this.duckdb.rows(
          `SELECT ${values} FROM read_parquet(${fileLiteral(local)}, hive_partitioning = false)
            WHERE file_row_number <= ${limit} ORDER BY file_row_number`,
          signal,
        );
        return {
          columns: columns.map(({ name, type }) => ({ name, type: typeText(type) })),
          rows: found
            .slice(0, limit)
            .map((row) => columns.map(({ type }, index) => toJson(row[index] ?? null, type, PLAIN_NAMES))),
          hasMore: found.length > limit || all.length > columns.length,
        };
      }),
    );
  }

  private async firstSpans(
    path: string,
    footer: string,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<Span[]> {
    const spans = await neededSpans(this.duckdb, footer, { first: 0, last: limit }, undefined, signal);
    if (spans.reduce((sum, { start, end }) => sum + end - start, 0) > MOST_BYTES) {
      throw new UnsupportedTableFeature(
        ['large row groups'],
        `The first rows of ${path} lie in a group of more than ${MOST_BYTES} bytes, which is not read for a preview`,
      );
    }
    return spans;
  }

  private async columnsOf(local: string, signal: AbortSignal | undefined): Promise<FileColumn[]> {
    return this.duckdb.connected(signal, async (connection) => {
      const result = await connection.run(
        `SELECT * FROM read_parquet(${fileLiteral(local)}, hive_partitioning = false) LIMIT 0`,
      );
      const types = result.columnTypes();
      return result.columnNames().map((name, index) => {
        const type = types[index];
        try {
          return { name, type: type === undefined ? 'string' : inferType(type, name) };
        } catch (error) {
          // What Delta has no type for (an interval) is shown as text.
          if (error instanceof InvalidRequest) return { name, type: 'string' };
          throw error;
        }
      });
    });
  }
}
