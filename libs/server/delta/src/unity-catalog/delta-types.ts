import { sparkType, type SparkType } from '@lakescope/server-unity-catalog';

/** Primitive types by the words of Delta's schema (PROTOCOL.md, "Primitive Types"), by those of SQL. */
const WORDS: Readonly<Record<string, string>> = {
  TINYINT: 'byte',
  SMALLINT: 'short',
  INT: 'integer',
  BIGINT: 'long',
};

/** A type of Databricks SQL in Delta's words: `array<bigint>` is `array<long>`. */
export function deltaType(typeText: string): string {
  return inDeltaWords(sparkType(typeText));
}

function inDeltaWords(type: SparkType): string {
  switch (type.kind) {
    case 'scalar':
      return type.name === 'DECIMAL'
        ? `decimal(${type.precision ?? 10},${type.scale ?? 0})`
        : (WORDS[type.name] ?? type.name.toLowerCase());
    case 'array':
      return `array<${inDeltaWords(type.element)}>`;
    case 'map':
      return `map<${inDeltaWords(type.key)}, ${inDeltaWords(type.value)}>`;
    case 'struct':
      return `struct<${[...type.fields].map(([name, field]) => `${name}: ${inDeltaWords(field)}`).join(', ')}>`;
  }
}
