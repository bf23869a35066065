import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Made once, kept between runs: they take longer to make than to measure. */
const FOLDER = resolve('dist/bench/tables');
const FILES = 1_000_000;
const CHECKPOINT_VERSION = 99;
export const COMMITS_AFTER = 99;
export const ADDED_PER_COMMIT = 100;
export const REMOVED_PER_COMMIT = 20;
export const EXPECTED_FILES = FILES + COMMITS_AFTER * (ADDED_PER_COMMIT - REMOVED_PER_COMMIT);
/** Every fiftieth file has a deletion vector; those that commits remove have none. */
const VECTOR_EVERY = 50;
export const BASE_TIME = 1_700_000_000_000;

export type Log = (line: string) => void;

/** A table in `folder`, made by `make` under another name first, so that half a table is never taken for one. */
export async function made(name: string, log: Log, make: (directory: string) => Promise<void>): Promise<string> {
  const directory = join(FOLDER, name);
  const isThere = await access(directory).then(
    () => true,
    () => false,
  );
  if (isThere) return directory;
  log(`${name}: is being made`);
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await make(unfinished);
  await rename(unfinished, directory);
  return directory;
}

const FIELDS = [
  ['order_id', 'long'],
  ['customer_id', 'long'],
  ['product_id', 'string'],
  ['quantity', 'integer'],
  ['unit_price', 'double'],
  ['discount', 'double'],
  ['ordered_at', 'timestamp'],
  ['shipped_at', 'timestamp'],
  ['status', 'string'],
  ['note', 'string'],
  ['region', 'string'],
] as const;

function schemaString(fields: readonly (readonly [string, string])[]): string {
  const all = fields.map(([name, type]) => ({ name, type, nullable: true, metadata: {} }));
  return JSON.stringify({ type: 'struct', fields: all });
}

export const TABLE_ID = '0e9c3cf4-0000-4000-8000-000000000001';

/** One file of a million: its path, partition, size, time and about 560 bytes of statistics, all told by its number. */
const FILE_MACROS = [
  `CREATE MACRO hex8(v, k) AS lpad(to_hex(hash(v, k) & 4294967295), 8, '0')`,
  `CREATE MACRO uuid_of(v) AS hex8(v, 2) || '-' || left(hex8(v, 3), 4) || '-4' || left(hex8(v, 4), 3) || '-a' || left(hex8(v, 5), 3) || '-' || hex8(v, 6) || left(hex8(v, 7), 4)`,
  `CREATE MACRO region_of(v) AS 'r' || lpad((hash(v, 1) % 50)::VARCHAR, 2, '0')`,
  `CREATE MACRO path_of(v) AS 'region=' || region_of(v) || '/part-' || lpad((v % 200)::VARCHAR, 5, '0') || '-' || uuid_of(v) || '-c000.snappy.parquet'`,
  `CREATE MACRO size_of(v) AS (1000000 + hash(v, 24) % 200000000)::BIGINT`,
  `CREATE MACRO day_of(v, k, n) AS lpad((1 + hash(v, k) % n)::VARCHAR, 2, '0')`,
  `CREATE MACRO stats_of(v) AS '{"numRecords":' || (1000 + hash(v, 8) % 9000)
     || ',"minValues":{"order_id":' || (v * 10000) || ',"customer_id":' || (hash(v, 9) % 1000000) || ',"product_id":"sku-' || hex8(v, 10)
     || '","quantity":1,"unit_price":' || ((hash(v, 11) % 10000) / 100) || ',"ordered_at":"2024-' || day_of(v, 12, 12) || '-01T00:00:00.000Z","status":"active","note":"' || hex8(v, 13) || hex8(v, 14)
     || '"},"maxValues":{"order_id":' || (v * 10000 + 9999) || ',"customer_id":' || (1000000 + hash(v, 15) % 1000000) || ',"product_id":"sku-z' || hex8(v, 16)
     || '","quantity":99,"unit_price":' || (100 + (hash(v, 17) % 10000) / 100) || ',"ordered_at":"2024-12-' || day_of(v, 18, 28) || 'T23:59:59.999Z","status":"void","note":"' || hex8(v, 19) || hex8(v, 20)
     || '"},"nullCount":{"order_id":0,"customer_id":0,"product_id":0,"quantity":0,"unit_price":0,"discount":' || (hash(v, 21) % 900)
     || ',"ordered_at":0,"shipped_at":' || (hash(v, 22) % 900) || ',"status":0,"note":' || (hash(v, 23) % 900) || '}}'`,
];

async function writeMillionCheckpoint(connection: DuckDBConnection, file: string): Promise<void> {
  const protocol = `{minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'], writerFeatures: ['deletionVectors']}`;
  const metadata = `{id: '${TABLE_ID}', format: {provider: 'parquet', options: MAP {}::MAP(VARCHAR, VARCHAR)}, schemaString: '${schemaString(FIELDS)}',
    partitionColumns: ['region'], configuration: MAP {'delta.enableDeletionVectors': 'true'}, createdTime: ${BASE_TIME}::BIGINT}`;
  const vector = `CASE WHEN v % ${VECTOR_EVERY} = 0 THEN {storageType: 'u', pathOrInlineDv: left(uuid_of(v), 20), "offset": 1, sizeInBytes: 44, cardinality: (1 + hash(v, 25) % 100)::BIGINT} END`;
  await connection.run(
    `COPY (
       SELECT ${protocol} AS protocol
       UNION ALL BY NAME SELECT ${metadata} AS "metaData"
       UNION ALL BY NAME SELECT {path: path_of(v), "partitionValues": MAP {'region': region_of(v)}, size: size_of(v),
         "modificationTime": (${BASE_TIME} + v)::BIGINT, "dataChange": false, stats: stats_of(v), "deletionVector": ${vector}} AS add
       FROM range(${FILES}) AS t(v)
     ) TO '${file.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION snappy)`,
  );
}

async function writeCommit(connection: DuckDBConnection, log: string, commit: number): Promise<void> {
  const at = BASE_TIME + commit;
  const first = FILES + commit * ADDED_PER_COMMIT;
  const added = await connection.run(
    `SELECT path_of(v), region_of(v), size_of(v)::DOUBLE, stats_of(v) FROM range(${first}, ${first + ADDED_PER_COMMIT}) AS t(v)`,
  );
  const removed = await connection.run(
    `SELECT path_of(v * ${VECTOR_EVERY} + 1), size_of(v * ${VECTOR_EVERY} + 1)::DOUBLE
     FROM range(${commit * REMOVED_PER_COMMIT}, ${(commit + 1) * REMOVED_PER_COMMIT}) AS t(v)`,
  );
  const lines: unknown[] = [
    { commitInfo: { timestamp: at, operation: 'MERGE', operationParameters: {}, operationMetrics: {} } },
    ...(await removed.getRows()).map(([path, size]) => ({
      remove: { path, deletionTimestamp: at, dataChange: true, extendedFileMetadata: true, size },
    })),
    ...(await added.getRows()).map(([path, region, size, stats]) => ({
      add: { path, partitionValues: { region }, size, modificationTime: at, dataChange: true, stats },
    })),
  ];
  await writeFile(
    join(log, `${String(CHECKPOINT_VERSION + commit + 1).padStart(20, '0')}.json`),
    lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
}

/** A checkpoint of a million files and the commits after it; its data files are not there. */
export function millionFiles(log: Log): Promise<string> {
  return made('million-files', log, async (directory) => {
    const logDirectory = join(directory, '_delta_log');
    await mkdir(logDirectory);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    for (const macro of FILE_MACROS) await connection.run(macro);
    const checkpoint = join(logDirectory, `${String(CHECKPOINT_VERSION).padStart(20, '0')}.checkpoint.parquet`);
    await writeMillionCheckpoint(connection, checkpoint);
    for (let commit = 0; commit < COMMITS_AFTER; commit += 1) await writeCommit(connection, logDirectory, commit);
    connection.closeSync();
    instance.closeSync();
  });
}

/** As many commits of one file each, and no checkpoint. */
export function manyCommits(commits: number, log: Log): Promise<string> {
  return made(`commits-${commits}`, log, async (directory) => {
    const logDirectory = join(directory, '_delta_log');
    await mkdir(logDirectory);
    for (let version = 0; version < commits; version += 1) {
      const lines: unknown[] = [
        {
          commitInfo: {
            timestamp: BASE_TIME + version,
            operation: 'WRITE',
            operationParameters: { mode: 'Append', partitionBy: '[]' },
            operationMetrics: { numFiles: '1', numOutputRows: '10', numOutputBytes: '100' },
          },
        },
        {
          add: {
            path: `part-${version}.parquet`,
            partitionValues: {},
            size: 100,
            modificationTime: BASE_TIME + version,
            dataChange: true,
            stats: '{"numRecords":10,"minValues":{"id":1},"maxValues":{"id":10},"nullCount":{"id":0}}',
          },
        },
      ];
      if (version === 0) {
        lines.push(
          { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
          {
            metaData: {
              id: TABLE_ID,
              format: { provider: 'parquet', options: {} },
              schemaString: schemaString([['id', 'long']]),
              partitionColumns: [],
              configuration: {},
            },
          },
        );
      }
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      await writeFile(join(logDirectory, `${String(version).padStart(20, '0')}.json`), text);
    }
  });
}
