/** What each table feature means for the person who reads the table; https://github.com/delta-io/delta/blob/master/PROTOCOL.md */
const meanings: Readonly<Record<string, string>> = {
  allowColumnDefaults: 'Columns may have default values that writers fill in.',
  appendOnly: 'Rows can only be added, never changed or deleted.',
  catalogManaged: 'Commits go through the catalog, so the log on storage may lag behind.',
  'catalogOwned-preview': 'Commits go through the catalog, so the log on storage may lag behind.',
  changeDataFeed: 'Writers record which rows changed in every version.',
  checkConstraints: 'Writers check conditions on every row.',
  checkpointProtection: 'Old checkpoints are kept from being removed, so that old versions stay readable.',
  clustering: 'Rows are stored near each other by the values of chosen columns.',
  columnMapping:
    'Columns can be renamed and dropped without rewriting files, because files use their own column names.',
  deletionVectors: 'Deleted rows stay in their files and are marked as gone in separate files.',
  domainMetadata: 'Named settings of other systems are kept in the log.',
  generatedColumns: 'Some columns are computed from others when rows are written.',
  icebergCompatV1: 'Writers keep the table readable as an Iceberg table (version 1 rules).',
  icebergCompatV2: 'Writers keep the table readable as an Iceberg table (version 2 rules).',
  identityColumns: 'Some columns number their rows by themselves.',
  inCommitTimestamp: 'Every commit carries its own time, which time travel goes by.',
  invariants: 'Writers check simple conditions on columns.',
  materializePartitionColumns: 'Partition columns are stored inside the files too.',
  rowTracking: 'Every row keeps an identifier across rewrites.',
  timestampNtz: 'Some columns hold times without a time zone.',
  typeWidening: 'Column types were made wider without rewriting files.',
  'typeWidening-preview': 'Column types were made wider without rewriting files.',
  v2Checkpoint: 'Checkpoints can be split into a small main file and several side files.',
  vacuumProtocolCheck: 'Programs that clean up old files must first check that they know all features.',
  variantShredding: 'Parts of semi-structured values are stored as columns of their own.',
  'variantShredding-preview': 'Parts of semi-structured values are stored as columns of their own.',
  variantType: 'Some columns hold semi-structured values of any shape.',
  'variantType-preview': 'Some columns hold semi-structured values of any shape.',
};

export function featureMeaning(name: string): string {
  return Object.hasOwn(meanings, name) && meanings[name] !== undefined
    ? meanings[name]
    : 'This version of the app does not know this feature.';
}

/** Features that readers must know (PROTOCOL.md, "Valid Feature Names in Table Features"). DESCRIBE DETAIL lists those of writers with them. */
const OF_READERS: ReadonlySet<string> = new Set([
  'catalogManaged',
  'catalogOwned-preview',
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
  'variantShredding',
  'variantShredding-preview',
  'variantType',
  'variantType-preview',
]);

export function isReaderFeature(name: string): boolean {
  return OF_READERS.has(name);
}
