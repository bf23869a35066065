import { randomUUID } from 'node:crypto';
import { AlreadyExists, InvalidRequest } from '../errors';
import { commitName, LOG_DIRECTORY } from '../log/log-listing';
import { duckdbType } from '../schema/duckdb-type';
import type { StructType } from '../schema/types';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import type { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import { putCommit } from './commit';
import { writeDataFiles, type WrittenFile } from './data-writer';
import { matchColumns } from './match-columns';
import { protocolFor } from './schema-protocol';
import { StagedRows } from './staged-rows';
import type { CreateTableOptions } from './write-options';

/** Table properties that ask nothing of writers or readers beyond what this library does. */
const KNOWN_PROPERTIES: ReadonlySet<string> = new Set([
  'delta.appendOnly',
  'delta.checkpointInterval',
  'delta.dataSkippingNumIndexedCols',
  'delta.dataSkippingStatsColumns',
  'delta.deletedFileRetentionDuration',
  'delta.logRetentionDuration',
]);

/** Creates version 0 of a table, with its first rows when a source is given; AlreadyExists when there is a table. */
export async function createTable(
  engine: DeltaEngine,
  storage: Storage,
  options: CreateTableOptions,
): Promise<DeltaTable> {
  const { source } = options;
  // Checked early to write no data files for nothing; the commit itself decides.
  const first = joinPath(LOG_DIRECTORY, commitName(0));
  if ((await storage.head(first)) !== undefined) throw new AlreadyExists(joinPath(storage.location, first));
  if (source === undefined) {
    if (options.schema === undefined) throw new InvalidRequest('A table needs a schema or rows to take it from');
    await commitTable(storage, options, options.schema, []);
  } else {
    await StagedRows.using(engine.scratchDirectory, source, async (staged) => {
      const schema = options.schema ?? { type: 'struct', fields: [...staged.fields] };
      validate(schema, options);
      matchColumns(schema, staged.fields, false);
      const target = {
        schema: schema.fields,
        partitionColumns: options.partitionColumns ?? [],
        properties: options.properties ?? {},
        domains: new Map<string, string>(),
      };
      const files = await writeDataFiles(storage, target, staged, options.maxRowsPerFile);
      await commitTable(storage, options, schema, files);
    });
  }
  return DeltaTable.open(engine, storage);
}

async function commitTable(
  storage: Storage,
  options: CreateTableOptions,
  schema: StructType,
  files: readonly WrittenFile[],
): Promise<void> {
  validate(schema, options);
  const partitionColumns = options.partitionColumns ?? [];
  const properties = options.properties ?? {};
  await putCommit(storage, 0, {
    operation: options.source === undefined ? 'CREATE TABLE' : 'CREATE TABLE AS SELECT',
    operationParameters: {
      isManaged: 'false',
      description: options.description ?? null,
      partitionBy: JSON.stringify(partitionColumns),
      properties: JSON.stringify(properties),
    },
    author: options,
    readVersion: undefined,
    isBlindAppend: true,
    inCommitTimestamp: undefined,
    protocol: protocolFor(undefined, schema),
    metadata: {
      id: randomUUID(),
      name: options.name,
      description: options.description,
      createdAt: new Date(),
      partitionColumns,
      properties,
      schema,
    },
    transactions: [],
    files,
  });
}

function validate(schema: StructType, options: CreateTableOptions): void {
  refuseBadSchema(schema);
  refuseUnknownProperties(options.properties ?? {});
  for (const column of options.partitionColumns ?? []) {
    if (!schema.fields.some((field) => field.name === column)) {
      throw new InvalidRequest(`Partition column ${column} is not in the schema`);
    }
  }
}

/** Refuses what no table can have: no columns, two of one name, types that cannot be stored. */
export function refuseBadSchema(schema: StructType): void {
  const names = schema.fields.map((field) => field.name.toLowerCase());
  if (names.length === 0) throw new InvalidRequest('A table needs at least one column');
  if (new Set(names).size < names.length) throw new InvalidRequest('Two columns have the same name');
  // Throws for types that cannot be stored.
  for (const field of schema.fields) duckdbType(field.type);
}

/** Refuses properties that ask more of writers than this one does. */
export function refuseUnknownProperties(properties: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(properties).find((key) => key.startsWith('delta.') && !KNOWN_PROPERTIES.has(key));
  if (unknown !== undefined) throw new InvalidRequest(`The property ${unknown} cannot be set by this writer`);
}
