import { asRecord, asText, parseJson, type JsonRecord } from '../json/lossless-json';

/**
 * The columns a table is clustered by, as paths of physical names, from its domain `delta.clustering` (PROTOCOL.md, "Clustered Table"):
 * `{"clusteringColumns":[["a"],["b","c"]]}`. What is no such text names none.
 */
export function clusteringColumns(domains: ReadonlyMap<string, string>): string[][] {
  const columns = configurationOf(domains.get('delta.clustering'))?.['clusteringColumns'];
  if (!Array.isArray(columns)) return [];
  return columns.flatMap((column) => (Array.isArray(column) ? [column.flatMap((name) => asText(name) ?? [])] : []));
}

function configurationOf(text: string | undefined): JsonRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return asRecord(parseJson(text));
  } catch {
    return undefined;
  }
}
