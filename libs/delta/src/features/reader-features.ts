import type { TableProtocol } from '../table/snapshot';

/** Newest reader version the protocol defines. */
const NEWEST_READER = 3;

/** Reader features whose duties the data views fulfil. */
const SUPPORTED: ReadonlySet<string> = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
  'variantType',
  'variantType-preview',
  'variantShredding',
  'variantShredding-preview',
]);

/**
 * What data views must refuse by name. A reader that does not know a feature may not guess: an unknown one could mean
 * that rows are hidden or stored elsewhere.
 */
export function unsupportedReaderFeatures(protocol: TableProtocol): string[] {
  if (protocol.minReaderVersion > NEWEST_READER) return [`reader version ${protocol.minReaderVersion}`];
  return protocol.readerFeatures.filter((feature) => !SUPPORTED.has(feature));
}
