import type { UserOwnedTable } from '@lakescope/server-persistence';

/** What is kept of people's queries, for export, erasure and the proof of row-level security. */
export const QUERY_TABLES: readonly UserOwnedTable[] = [
  {
    name: 'queries',
    userColumn: 'user_id',
    activityColumn: 'polled_at',
    exportColumns: [
      'query_id',
      'catalog_name',
      'schema_name',
      'table_name',
      'request',
      'sql_statement',
      'parameters',
      'status',
      'row_count',
      'error',
      'submitted_at',
      'finished_at',
    ],
    onErase: 'delete',
  },
  {
    name: 'query_exports',
    userColumn: 'user_id',
    activityColumn: 'seen_at',
    exportColumns: [
      'export_id',
      'query_id',
      'format',
      'path',
      'status',
      'rows_written',
      'size_bytes',
      'error',
      'started_at',
      'finished_at',
    ],
    onErase: 'delete',
  },
];
