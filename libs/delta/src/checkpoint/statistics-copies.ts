import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../duckdb/duckdb';
import { fileLiteral, literal } from '../duckdb/sql';
import { eachPart, statsText, type CheckpointPart, type OpenPart } from './checkpoint-files';
import { source, type CheckpointContext } from './read-checkpoint';

/** Rows that can only be unpacked together. Writers of checkpoints pack a hundred thousand; a page of files has a hundred, lying apart. */
const ROWS_TOGETHER = 2_048;
/** Smaller row groups are copied several at once. */
const LEAST_ROWS = 65_536;

interface Piece {
  part: CheckpointPart;
  firstId: number;
  lastId: number;
}

/**
 * Copies of the statistics of a large checkpoint, of which a few can be read without unpacking all. They are made piece by
 * piece, about as large as what they are made of, and removed with the tables of their checkpoint.
 */
export class StatisticsCopies {
  private readonly copies: { firstId: number; lastId: number; file: string }[] = [];
  private pieces: Piece[] | undefined;

  constructor(
    private readonly folder: string,
    private readonly parts: readonly CheckpointPart[],
  ) {}

  /** Adds the statistics of those of the files that are in a copy, and answers the others. */
  async read(connection: Connection, ids: readonly number[], found: Map<number, string>): Promise<number[]> {
    const copies = this.copies.filter(({ firstId, lastId }) => ids.some((id) => id >= firstId && id <= lastId));
    if (copies.length === 0) return [...ids];
    const isCopied = (id: number): boolean => copies.some(({ firstId, lastId }) => id >= firstId && id <= lastId);
    const result = await connection.run(
      `SELECT id, stats FROM read_parquet([${copies.map(({ file }) => fileLiteral(file)).join(', ')}], hive_partitioning = false)
       WHERE id IN (${ids.filter(isCopied).join(', ')})`,
    );
    for (const [id, text] of await result.getRows()) {
      if (typeof text === 'string' && text !== '') found.set(Number(id), text);
    }
    return ids.filter((id) => !isCopied(id));
  }

  /** Makes the next copy; false when there is none to make. */
  async makeNext(context: CheckpointContext): Promise<boolean> {
    return context.duckdb.connected(context.signal, async (connection) => {
      this.pieces ??= await this.allPieces(context, connection);
      const [piece] = this.pieces;
      if (piece === undefined) return false;
      await mkdir(this.folder, { recursive: true });
      const file = join(this.folder, `${piece.firstId}.parquet`);
      await this.eachOpen(context, connection, piece, (part) => copy(connection, part, piece, file));
      this.copies.push({ firstId: piece.firstId, lastId: piece.lastId, file });
      this.pieces.shift();
      return this.pieces.length > 0;
    });
  }

  async remove(): Promise<void> {
    this.copies.length = 0;
    await rm(this.folder, { recursive: true, force: true });
  }

  private async allPieces(context: CheckpointContext, connection: Connection): Promise<Piece[]> {
    const pieces: Piece[] = [];
    let firstId = 0;
    for (const part of this.parts) {
      const piece = { part, firstId, lastId: firstId + part.rows - 1 };
      firstId += part.rows;
      await this.eachOpen(context, connection, piece, async ({ file, fields }) => {
        if (statsText(fields) === undefined) return;
        let first = piece.firstId;
        for (const rows of await rowGroups(connection, file)) {
          pieces.push({ part, firstId: first, lastId: first + rows - 1 });
          first += rows;
        }
      });
    }
    return pieces;
  }

  private eachOpen(
    context: CheckpointContext,
    connection: Connection,
    piece: Piece,
    work: (part: OpenPart) => Promise<void>,
  ): Promise<void> {
    const isWanted = (first: number, last: number): boolean => piece.firstId >= first && piece.lastId <= last;
    return eachPart(context, connection, this.parts, work, isWanted);
  }
}

async function copy(connection: Connection, part: OpenPart, piece: Piece, file: string): Promise<void> {
  const [first, last] = [piece.firstId - part.firstId, piece.lastId - part.firstId];
  await connection.run(
    `COPY (SELECT ${part.firstId} + file_row_number AS id, ${statsText(part.fields) ?? 'NULL'} AS stats FROM ${source(part.file)}
       WHERE file_row_number BETWEEN ${first} AND ${last})
     TO ${literal(file)} (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE ${ROWS_TOGETHER}, DICTIONARY_SIZE_LIMIT 1, WRITE_BLOOM_FILTER false)`,
  );
}

/** Rows of the row groups of a file, small ones taken together. */
async function rowGroups(connection: Connection, file: string): Promise<number[]> {
  const result = await connection.run(
    `SELECT max(row_group_num_rows) FROM parquet_metadata(${fileLiteral(file)}) GROUP BY row_group_id ORDER BY row_group_id`,
  );
  const groups: number[] = [];
  let rows = 0;
  for (const [own] of await result.getRows()) {
    rows += Number(own);
    if (rows < LEAST_ROWS) continue;
    groups.push(rows);
    rows = 0;
  }
  return rows > 0 ? [...groups, rows] : groups;
}
