import type { Value } from '../duckdb/duckdb';
import { TableCorrupt } from '../errors';
import { asRecord } from '../json/lossless-json';
import type { JsonValue } from '../schema/types';
import { compareBytes } from '../storage/storage-path';
import { decodeVariant } from './decode-variant';

type Entries = Readonly<Record<string, Value>>;

/** What `variantReading` gives for a variant, as JSON. */
export function variantToJson(value: Value): JsonValue {
  const entries = structEntries(value);
  const metadata = bytesOf(entries?.['metadata'] ?? null);
  if (entries === undefined || metadata === undefined) throw corrupt('it has no metadata');
  if (!('shredded' in entries)) {
    const bytes = bytesOf(entries['value'] ?? null);
    if (bytes === undefined) throw corrupt('it has no value');
    return decodeVariant(metadata, bytes);
  }
  return reconstruct(metadata, entries['shredded'] ?? null) ?? null;
}

/** Undefined for a field that an object does not have; "Reconstructing a Shredded Variant" in VariantShredding.md. */
function reconstruct(metadata: Uint8Array, node: Value): JsonValue | undefined {
  const entries = structEntries(node);
  if (entries === undefined) return undefined;
  const bytes = bytesOf(entries['rest'] ?? null);
  const rest = bytes === undefined ? undefined : decodeVariant(metadata, bytes);
  const fields = structEntries(entries['fields'] ?? null);
  if (fields !== undefined) return object(metadata, fields, rest);
  const primitive = entries['primitive'] ?? null;
  const items = itemsOf(entries['items'] ?? null);
  if (primitive === null && items === undefined) return rest;
  if (rest !== undefined) throw corrupt('a value is stored twice');
  if (items !== undefined) return items.map((item) => reconstruct(metadata, item) ?? null);
  return variantToJson(primitive);
}

function object(metadata: Uint8Array, fields: Entries, rest: JsonValue | undefined): JsonValue {
  const others = rest === undefined ? {} : asRecord(rest);
  if (others === undefined) throw corrupt('the rest of an object is none');
  const found = new Map(Object.entries(others));
  for (const [name, node] of Object.entries(fields)) {
    const value = reconstruct(metadata, node);
    if (value === undefined) continue;
    if (found.has(name)) throw corrupt(`the field ${JSON.stringify(name)} is stored twice`);
    found.set(name, value);
  }
  // The order in which a variant that is not shredded has its fields.
  return Object.fromEntries([...found].sort(([left], [right]) => compareBytes(left, right)));
}

function structEntries(value: Value): Entries | undefined {
  const isStruct = value !== null && typeof value === 'object' && 'entries' in value && !Array.isArray(value.entries);
  return isStruct ? (value.entries as Entries) : undefined;
}

function itemsOf(value: Value): readonly Value[] | undefined {
  return value !== null && typeof value === 'object' && 'items' in value ? value.items : undefined;
}

function bytesOf(value: Value): Uint8Array | undefined {
  return value !== null && typeof value === 'object' && 'bytes' in value ? value.bytes : undefined;
}

function corrupt(reason: string): TableCorrupt {
  return new TableCorrupt({ message: `A variant cannot be put together: ${reason}`, missing: 'variant' });
}
