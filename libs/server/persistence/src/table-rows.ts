import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { QueryRunner } from 'typeorm';
import { InvalidBackup } from './persistence.errors';
import { quoted, quotedTable, type SchemaTable } from './schema-tables';

/** About so much of a table is in memory at once. */
const BATCH_BYTES = 256 * 1024;
const BATCH_ROWS = 1_000;
const CURSOR = 'backup_rows';

/**
 * Writes the rows of a table as the running transaction sees them. A value is the text Postgres itself reads back, because JSON would
 * round numbers beyond 2^53, cut microseconds, and make SQL's null and JSON's null the same.
 */
export async function saveRows(
  runner: QueryRunner,
  table: SchemaTable,
  file: string,
): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const batch of rowsOf(runner, table)) {
      rows += batch.length;
      yield `${batch.join('\n')}\n`;
    }
  }
  async function* hashed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await pipeline(Readable.from(lines()), createGzip(), hashed, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  return { rows, sha256: hash.digest('hex') };
}

/** Puts the rows of a file into an empty table, and answers how many they were. */
export async function loadRows(
  runner: QueryRunner,
  table: SchemaTable,
  columns: readonly string[],
  file: string,
): Promise<number> {
  const targets = columns.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new InvalidBackup(`The table ${table.name} has no column ${name}.`);
    return column;
  });
  const insert = `INSERT INTO ${quotedTable(table.name)} (${targets.map(({ name }) => quoted(name)).join(', ')})
    OVERRIDING SYSTEM VALUE
    SELECT ${targets.map(({ type }, index) => `(line.value ->> ${index})::${type}`).join(', ')}
    FROM json_array_elements($1::json) WITH ORDINALITY AS line (value, position) ORDER BY position`;
  let rows = 0;
  for await (const batch of batchesOf(file)) {
    await runner.query(insert, [`[${batch.join(',')}]`]);
    rows += batch.length;
  }
  return rows;
}

async function* rowsOf(runner: QueryRunner, table: SchemaTable): AsyncGenerator<string[]> {
  const values = table.columns.map(({ name }) => `${quoted(name)}::text`).join(', ');
  const order = table.primaryKey.length === 0 ? '' : `ORDER BY ${table.primaryKey.map(quoted).join(', ')}`;
  await runner.query(
    `DECLARE ${CURSOR} NO SCROLL CURSOR FOR SELECT to_json(ARRAY[${values}]::text[])::text AS line FROM ${quotedTable(table.name)} ${order}`,
  );
  let count = 1;
  for (;;) {
    const batch = (await runner.query(`FETCH ${count} FROM ${CURSOR}`)) as { line: string }[];
    if (batch.length === 0) break;
    yield batch.map(({ line }) => line);
    // Rows of one table are of like size, mostly; a few that are larger do no harm.
    const bytes = batch.reduce((sum, { line }) => sum + line.length, 0);
    count = Math.min(Math.max(Math.floor((BATCH_BYTES * batch.length) / Math.max(bytes, 1)), 1), count * 4, BATCH_ROWS);
  }
  await runner.query(`CLOSE ${CURSOR}`);
}

async function* batchesOf(file: string): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for await (const line of linesOf(file)) {
    batch.push(line);
    bytes += line.length;
    if (bytes >= BATCH_BYTES || batch.length >= BATCH_ROWS) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
  }
  if (batch.length > 0) yield batch;
}

/** By line feeds alone: `node:readline` also ends a line at U+2028 and U+2029, which JSON may hold. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  const unzipped = createGunzip();
  const zipped = createReadStream(file).on('error', (error) => unzipped.destroy(error));
  for await (const chunk of zipped.pipe(unzipped).setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
