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
