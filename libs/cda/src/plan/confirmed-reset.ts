import type { TableHead } from '@lakescope/delta';
import type { ManifestTable } from '../manifest/manifest';
import type { IngestionFailure, IngestionOptions } from '../run/run-options';
import { readManifest } from './open-ingestion';
import type { Resets } from './resets';

/**
 * What shows that a source was reset, when it still does so with the manifest as it is now. Another run may have read a newer one, and ingested
 * what that says is written: then this run's manifest is old, and nothing was set back. One conditional request, only where something shows.
 */
export async function confirmedReset(
  resets: Resets,
  head: TableHead | undefined,
  {
    table,
    etag,
    options,
  }: { readonly table: ManifestTable; readonly etag: string | undefined; readonly options: IngestionOptions },
): Promise<IngestionFailure | undefined> {
  const found = resets.find(head);
  // Which source a table is made from no newer manifest tells otherwise.
  if (found?.code !== 'SOURCE_RESET') return found;
  const manifest = await readManifest(options, etag);
  if (manifest === 'not-modified') return found;
  const entry = manifest.tables.find((one) => one.table === table.table);
  return entry === undefined ? found : resets.with(entry).find(head);
}
