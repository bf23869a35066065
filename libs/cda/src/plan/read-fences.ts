import type { IngestionFailure, IngestionOptions } from '../run/run-options';
import { readManifest } from './open-ingestion';

/** What a manifest says is written, table by table. */
export interface ManifestFences {
  readonly etag: string | undefined;
  /** `fence`: `lastSuccessfulWriteTimestamp` in epoch milliseconds, as text. */
  readonly tables: readonly { readonly table: string; readonly fence: string }[];
  /** Entries that cannot be used. */
  readonly rejected: readonly { readonly table: string; readonly failure: IngestionFailure }[];
}

/**
 * Reads the manifest of a source and nothing else: one request. `not-modified` when it is still the one of `knownEtag`. IngestionRefused when
 * there is none, or it is none; storage fails as `SourceStore` says.
 */
export async function readFences(
  options: Pick<IngestionOptions, 'source' | 'manifestPath' | 'signal'>,
  knownEtag?: string,
): Promise<ManifestFences | 'not-modified'> {
  const manifest = await readManifest(options, knownEtag);
  if (manifest === 'not-modified') return manifest;
  const { etag, tables, rejected } = manifest;
  return { etag, tables: tables.map(({ table, fence }) => ({ table, fence: String(fence) })), rejected };
}
