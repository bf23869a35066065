import type { DataType, StructType } from '../schema/types';
import type { TableProtocol } from '../table/snapshot';

/** Where a field tells which types it had before (PROTOCOL.md, "Type Change Metadata"). */
export const TYPE_CHANGES = 'delta.typeChanges';

/** The features that each writer version brings beside those before it (PROTOCOL.md, "Supported Features"); named one by one from 7 on. */
const IMPLIED_BY_WRITER: readonly (readonly [version: number, features: readonly string[]])[] = [
  [2, ['appendOnly', 'invariants']],
  [3, ['checkConstraints']],
  [4, ['changeDataFeed', 'generatedColumns']],
  [5, ['columnMapping']],
  [6, ['identityColumns']],
];

/** The oldest protocol that tells the truth about a schema, so that every reader can open the table; never older than the one there is. */
export function protocolFor(current: TableProtocol | undefined, schema: StructType): TableProtocol {
  const protocol = current ?? { minReaderVersion: 1, minWriterVersion: 2, readerFeatures: [], writerFeatures: [] };
  const needed = featuresOf(schema).filter((feature) => !protocol.writerFeatures.includes(feature));
  if (needed.length === 0) return protocol;
  const implied = IMPLIED_BY_WRITER.flatMap(([version, features]) =>
    protocol.minWriterVersion < 7 && protocol.minWriterVersion >= version ? features : [],
  );
  const impliedByReader = protocol.minReaderVersion === 2 ? ['columnMapping'] : [];
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: [...new Set([...protocol.readerFeatures, ...impliedByReader, ...needed])],
    writerFeatures: [...new Set([...protocol.writerFeatures, ...implied, ...needed])],
  };
}

function featuresOf(schema: StructType): string[] {
  return [
    ...(hasType(schema, 'timestamp_ntz') ? ['timestampNtz'] : []),
    ...(hasChangedType(schema) ? ['typeWidening'] : []),
  ];
}

/** Whether a column had another type once. */
export function hasChangedType(schema: StructType): boolean {
  return schema.fields.some(
    ({ metadata, type }) =>
      TYPE_CHANGES in metadata || (typeof type !== 'string' && type.type === 'struct' && hasChangedType(type)),
  );
}

export function hasType(type: DataType, wanted: string): boolean {
  if (typeof type === 'string') return type === wanted;
  switch (type.type) {
    case 'struct':
      return type.fields.some((field) => hasType(field.type, wanted));
    case 'array':
      return hasType(type.elementType, wanted);
    case 'map':
      return hasType(type.keyType, wanted) || hasType(type.valueType, wanted);
  }
}
