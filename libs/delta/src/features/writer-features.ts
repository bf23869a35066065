import { UnsupportedTableFeature } from '../errors';
import type { StructField, StructType } from '../schema/types';
import type { TableProtocol } from '../table/snapshot';

const NEWEST_READER = 3;
const NEWEST_WRITER = 7;

/** Features under which appending rows needs nothing beyond what this writer does anyway. */
const SAFE_FOR_APPEND: ReadonlySet<string> = new Set([
  'appendOnly',
  'changeDataFeed',
  'clustering',
  'deletionVectors',
  'domainMetadata',
  'inCommitTimestamp',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);

/** Features that old writer versions imply or tables list without using them: what counts is the use. */
const SAFE_UNLESS_USED: Record<string, (schema: StructType, properties: Readonly<Record<string, string>>) => boolean> =
  {
    invariants: (schema) => anyField(schema, (field) => 'delta.invariants' in field.metadata),
    checkConstraints: (_, properties) => Object.keys(properties).some((key) => key.startsWith('delta.constraints.')),
    generatedColumns: (schema) => anyField(schema, (field) => 'delta.generationExpression' in field.metadata),
    identityColumns: (schema) => anyField(schema, (field) => 'delta.identity.start' in field.metadata),
    allowColumnDefaults: (schema) => anyField(schema, (field) => 'CURRENT_DEFAULT' in field.metadata),
    columnMapping: (_, properties) => (properties['delta.columnMapping.mode'] ?? 'none').toLowerCase() !== 'none',
    rowTracking: () => true,
  };

/** Refuses by name what an append would get wrong; readers of the table would see rows that break its rules. */
export function refuseUnwritable(
  protocol: TableProtocol,
  schema: StructType,
  properties: Readonly<Record<string, string>>,
): void {
  const refused: string[] = [];
  if (protocol.minReaderVersion > NEWEST_READER) refused.push(`reader version ${protocol.minReaderVersion}`);
  if (protocol.minWriterVersion > NEWEST_WRITER) refused.push(`writer version ${protocol.minWriterVersion}`);
  const listed = new Set([...protocol.readerFeatures, ...protocol.writerFeatures]);
  for (const feature of listed) {
    if (!SAFE_FOR_APPEND.has(feature) && !Object.hasOwn(SAFE_UNLESS_USED, feature)) refused.push(feature);
  }
  for (const [feature, isUsed] of Object.entries(SAFE_UNLESS_USED)) {
    const isImplied = feature === 'rowTracking' ? listed.has(feature) : true;
    if (isImplied && isUsed(schema, properties)) refused.push(feature);
  }
  if (refused.length > 0) {
    throw new UnsupportedTableFeature(
      refused,
      `The table uses ${refused.join(', ')}, which this writer does not support`,
    );
  }
}

/** Features whose actions a checkpoint carries over as they are, whether or not this writer could append to the table. */
const SAFE_FOR_CHECKPOINTS: ReadonlySet<string> = new Set([
  ...SAFE_FOR_APPEND,
  ...Object.keys(SAFE_UNLESS_USED),
  'icebergCompatV1',
  'icebergCompatV2',
  'materializePartitionColumns',
  'variantShredding',
  'variantShredding-preview',
  'variantType',
  'variantType-preview',
]);

/**
 * Refuses by name what a checkpoint would lose or get wrong. A feature nobody here knows may have actions of its own, and with a catalog that
 * manages commits checkpoints are the catalog's business.
 */
export function refuseUncheckpointable(protocol: TableProtocol, properties: Readonly<Record<string, string>>): void {
  const listed = new Set([...protocol.readerFeatures, ...protocol.writerFeatures]);
  const refused = [...listed].filter((feature) => !SAFE_FOR_CHECKPOINTS.has(feature));
  if (protocol.minReaderVersion > NEWEST_READER) refused.push(`reader version ${protocol.minReaderVersion}`);
  if (protocol.minWriterVersion > NEWEST_WRITER) refused.push(`writer version ${protocol.minWriterVersion}`);
  const structStats = 'delta.checkpoint.writeStatsAsStruct';
  if (properties[structStats]?.toLowerCase() === 'true') refused.push(structStats);
  if (refused.length === 0) return;
  throw new UnsupportedTableFeature(
    refused,
    `The table uses ${refused.join(', ')}, which checkpoints of this writer do not support`,
  );
}

/** Refuses what taking rows away or changing them would get wrong, beyond what an append does. */
export function refuseUnchangeable(protocol: TableProtocol, properties: Readonly<Record<string, string>>): void {
  const isOn = (property: string): boolean => properties[property]?.toLowerCase() === 'true';
  // The change feed wants the rows of every change in files of their own.
  const changeFeed = isOn('delta.enableChangeDataFeed') ? ['changeDataFeed'] : [];
  const refused = isOn('delta.appendOnly') ? [...changeFeed, 'appendOnly'] : changeFeed;
  if (refused.length === 0) return;
  const text = `The table (writer version ${protocol.minWriterVersion}) uses ${refused.join(', ')}, so its rows cannot be changed here`;
  throw new UnsupportedTableFeature(refused, text);
}

function anyField(schema: StructType, holds: (field: StructField) => boolean): boolean {
  return schema.fields.some(
    (field) =>
      holds(field) || (typeof field.type !== 'string' && field.type.type === 'struct' && anyField(field.type, holds)),
  );
}
