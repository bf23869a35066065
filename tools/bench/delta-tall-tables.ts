import { DuckDBInstance } from '@duckdb/node-api';
import { DeltaEngine, DeltaTable, LocalStorage, type Snapshot } from '@lakescope/delta';
import { link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { portable, vectorFile, z85 } from '../delta-corpus/deletion-vector';
import { BASE_TIME, made, TABLE_ID, type Log } from './delta-tables';

export const TALL_ROWS = 10_000_000;
const ROWS_PER_FILE = 1_000_000;
const DELETED_EVERY = 100;

const TALL_COLUMNS: readonly (readonly [string, unknown, string])[] = [
  ['id', 'long', 'range'],
  ['noise', 'double', 'hash(range)::DOUBLE'],
  ['customer', 'string', `'customer ' || (hash(range, 1) % 1000000)`],
  ['quantity', 'integer', '(range % 97)::INTEGER'],
  ['price', 'decimal(10,2)', '(hash(range, 2) % 1000000 / 100)::DECIMAL(10, 2)'],
  ['ordered_at', 'timestamp', `TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_seconds(range)`],
  ['day', 'date', `(DATE '2024-01-01' + (range % 366)::INTEGER)::DATE`],
  ['is_paid', 'boolean', 'range % 3 = 0'],
  ['note', 'string', `'note ' || md5(range::VARCHAR)`],
  ['maybe', 'long', 'CASE WHEN range % 5 <> 0 THEN range * 2 END'],
  [
    'address',
    {
      type: 'struct',
      fields: [
        { name: 'city', type: 'string', nullable: true, metadata: {} },
        { name: 'zip', type: 'integer', nullable: true, metadata: {} },
      ],
    },
    `{city: 'city ' || (range % 1000), zip: (range % 90000)::INTEGER}`,
  ],
  ['pair', { type: 'array', elementType: 'long', containsNull: true }, '[range, range + 1]'],
];

/** Ten million rows of twelve columns in ten files. */
export function tenMillionRows(log: Log): Promise<string> {
  return made('ten-million-rows', log, async (directory) => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const columns = TALL_COLUMNS.map(([name, , sql]) => `${sql} AS ${name}`).join(', ');
    const fields = TALL_COLUMNS.map(([name, type]) => ({ name, type, nullable: true, metadata: {} }));
    const lines: unknown[] = [
      { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
      {
        metaData: {
          id: TABLE_ID,
          format: { provider: 'parquet', options: {} },
          schemaString: JSON.stringify({ type: 'struct', fields }),
          partitionColumns: [],
          configuration: {},
        },
      },
    ];
    for (let first = 0; first < TALL_ROWS; first += ROWS_PER_FILE) {
      const last = first + ROWS_PER_FILE - 1;
      const path = `part-${String(first).padStart(9, '0')}.parquet`;
      const target = join(directory, path);
      await connection.run(
        `COPY (SELECT ${columns} FROM range(${first}, ${last + 1})) TO '${target.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION snappy)`,
      );
      const { size } = await stat(target);
      const stats = {
        numRecords: ROWS_PER_FILE,
        minValues: { id: first },
        maxValues: { id: last },
        nullCount: { id: 0 },
      };
      lines.push({
        add: {
          path,
          partitionValues: {},
          size,
          modificationTime: BASE_TIME,
          dataChange: true,
          stats: JSON.stringify(stats),
        },
      });
      log(`ten-million-rows: ${last + 1} rows`);
    }
    await mkdir(join(directory, '_delta_log'));
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await writeFile(join(directory, '_delta_log', `${'0'.repeat(20)}.json`), text);
    connection.closeSync();
    instance.closeSync();
  });
}

/** The same, with every hundredth row of each file deleted by a vector. */
export function tenMillionWithVectors(log: Log): Promise<string> {
  return made('ten-million-rows-with-vectors', log, async (directory) => {
    const plain = await tenMillionRows(log);
    const engine = await DeltaEngine.open({ cacheDirectory: `${directory}.cache`, localRoots: [plain] });
    const snapshot = await (await DeltaTable.open(engine, new LocalStorage(plain))).snapshot();
    await copyWithVectors(snapshot, plain, directory);
    await engine.close();
    await rm(`${directory}.cache`, { recursive: true, force: true });
  });
}

async function copyWithVectors(snapshot: Snapshot, plain: string, directory: string): Promise<void> {
  const { items } = await snapshot.files();
  const rows = Array.from({ length: ROWS_PER_FILE / DELETED_EVERY }, (_, index) => index * DELETED_EVERY);
  const { bytes, offsets } = vectorFile(items.map(() => portable(rows)));
  const uuid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  await writeFile(join(directory, 'deletion_vector_00112233-4455-6677-8899-aabbccddeeff.bin'), bytes);
  const features = { readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors'] };
  const lines: unknown[] = [
    { protocol: { minReaderVersion: 3, minWriterVersion: 7, ...features } },
    {
      metaData: {
        id: TABLE_ID,
        format: { provider: 'parquet', options: {} },
        schemaString: JSON.stringify(snapshot.schema),
        partitionColumns: [],
        configuration: {},
      },
    },
  ];
  for (const [index, file] of items.entries()) {
    await link(join(plain, file.path), join(directory, file.path));
    lines.push({
      add: {
        path: file.path,
        partitionValues: {},
        size: Number(file.sizeBytes),
        modificationTime: file.modifiedAt.getTime(),
        dataChange: true,
        stats: JSON.stringify({ numRecords: Number(file.numRecords) }),
        deletionVector: {
          storageType: 'u',
          pathOrInlineDv: z85(uuid),
          offset: offsets[index],
          sizeInBytes: portable(rows).length,
          cardinality: rows.length,
        },
      },
    });
  }
  await mkdir(join(directory, '_delta_log'));
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  await writeFile(join(directory, '_delta_log', `${'0'.repeat(20)}.json`), text);
}
