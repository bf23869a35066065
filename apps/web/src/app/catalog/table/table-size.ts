import { computed, type Signal } from '@angular/core';
import { apiResource, type CatalogTableDetailDto, describeTable } from '@lakescope/web-api';
import { compactCount, formatCount } from '@lakescope/web-ui';
import { tableRequest } from '../../delta/table-request';

/** How much there is of a table, as far as anybody knows. */
export interface TableSize {
  readonly rows: { readonly short: string; readonly exact: string } | undefined;
  readonly bytes: number | string | undefined;
}

/**
 * Rows and bytes as the catalog tells them. It knows them only after ANALYZE TABLE; the log of a Delta table that the
 * inspector can read always does, so that is asked where the catalog is silent. Without an answer they stay unknown.
 */
export function tableSize(table: Signal<CatalogTableDetailDto | undefined>): Signal<TableSize> {
  const log = apiResource(describeTable, () => {
    const { inspector_path = null, row_count, size_bytes } = table() ?? {};
    const isTold = row_count !== null && size_bytes !== null;
    return inspector_path === null || isTold ? undefined : tableRequest({ kind: 'volume', path: inspector_path });
  });
  return computed(() => {
    const { row_count = null, size_bytes = null } = table() ?? {};
    const inLog = log.value();
    const rows = row_count ?? inLog?.num_rows ?? null;
    const least = row_count === null && inLog?.rows_exact === false ? '≥ ' : '';
    return {
      rows: rows === null ? undefined : { short: least + compactCount(rows), exact: least + formatCount(rows) },
      bytes: size_bytes ?? inLog?.size_bytes ?? undefined,
    };
  });
}
