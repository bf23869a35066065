import type { Connection } from '../duckdb/duckdb';
import { literal } from '../duckdb/sql';
import type { StructField } from '../schema/types';
import type { TableLayout } from '../table/table-layout';
import { textSql } from './filter-value';

/** The text of a partition value as `TableLayout.partitionText` finds it, from the JSON text of all of a file's. */
export function partitionTextSql(layout: TableLayout, json: string, field: StructField): string {
  const name = textSql(layout.names.physical(field));
  const map = `TRY(from_json(${json}, ${literal('"MAP(VARCHAR, VARCHAR)"')}))`;
  const otherCase = `list_filter(map_entries(${map}), lambda e: lower(e.key) = lower(${name}))[1].value`;
  return `nullif(CASE WHEN map_contains(${map}, ${name}) THEN ${map}[${name}] ELSE ${otherCase} END, '')`;
}

/** Makes the temporary table `wanted_partitions` of the texts in which files tell the wanted values: few beside the files, and each parsed once. */
export async function loadPartitions(
  connection: Connection,
  files: string,
  layout: TableLayout,
  partition: readonly { field: StructField; value: string | null }[],
): Promise<void> {
  const conditions = partition.map(
    ({ field, value }) =>
      `${partitionTextSql(layout, 'partition_values', field)} IS NOT DISTINCT FROM ${value === null ? 'NULL' : textSql(value)}`,
  );
  await connection.run(`CREATE TEMP TABLE partition_texts AS SELECT DISTINCT partition_values FROM ${files}`);
  await connection.run(
    `CREATE TEMP TABLE wanted_partitions AS SELECT partition_values FROM partition_texts WHERE ${conditions.join(' AND ')}`,
  );
}
