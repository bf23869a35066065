import type { DuckDBType } from '@duckdb/node-api';
import type { DuckDB } from '../duckdb/duckdb';
import { fileLiteral, identifier, literal } from '../duckdb/sql';
import type { ColumnNames } from '../schema/column-names';
import { duckdbType } from '../schema/duckdb-type';
import type { DataType, StructField } from '../schema/types';
import { readParquetFields } from '../checkpoint/parquet-fields';

/** How the stored columns of one file are read: the `schema` option of `read_parquet`, and an expression for each. */
export interface FileReading {
  schema: string;
  values: string[];
}

export function hasVariant(type: DataType): boolean {
  if (typeof type === 'string') return type === 'variant';
  switch (type.type) {
    case 'struct':
      return type.fields.some((field) => hasVariant(field.type));
    case 'array':
      return hasVariant(type.elementType);
    case 'map':
      return hasVariant(type.keyType) || hasVariant(type.valueType);
  }
}

/**
 * Reads columns with variants of one file. Files of a table differ: those that annotate their variants DuckDB puts
 * together itself, shredded or not; older ones hold structs of binaries, which may be shredded too (Parquet's
 * VariantShredding.md). Every variant comes back as its two binaries, or as the tree `variantToJson` knows.
 */
export async function variantReading(
  duckdb: DuckDB,
  localFile: string,
  names: ColumnNames,
  stored: readonly StructField[],
  signal: AbortSignal | undefined,
): Promise<FileReading> {
  const columns = await fileColumns(duckdb, localFile, signal);
  const entries: string[] = [];
  const values: string[] = [];
  for (const [index, field] of stored.entries()) {
    const id = names.fieldId(field);
    const physical = names.physical(field);
    const column = columns.find((one) =>
      names.mode === 'id' ? id !== undefined && one.fieldId === id : sameName(one.name, physical),
    );
    const key = names.mode === 'id' ? String(id ?? -1) : literal(physical);
    const type = storedType(field.type, column?.type, names.physical);
    entries.push(`${key}: {name: 'c${index}', type: ${literal(type)}, default_value: NULL}`);
    values.push(`${binaries(`c${index}`, field.type, column?.type, names.physical, 0)} AS c${index}`);
  }
  return { schema: `, schema = MAP {${entries.join(', ')}}`, values };
}

interface FileColumn {
  name: string;
  type: DuckDBType | undefined;
  fieldId: number | undefined;
}

async function fileColumns(duckdb: DuckDB, localFile: string, signal: AbortSignal | undefined): Promise<FileColumn[]> {
  return duckdb.connected(signal, async (connection) => {
    const { children } = await readParquetFields(connection, localFile);
    const source = `read_parquet(${fileLiteral(localFile)}, hive_partitioning = false)`;
    const result = await connection.run(`SELECT * FROM ${source} LIMIT 0`);
    const types = result.columnTypes();
    return children.map((child, index) => ({ name: child.name, type: types[index], fieldId: child.fieldId }));
  });
}

/** The type to read a column of a file as: the table's, and for variants the file's own. */
function storedType(type: DataType, inFile: DuckDBType | undefined, nameOf: (field: StructField) => string): string {
  if (!hasVariant(type)) return duckdbType(type, nameOf);
  if (typeof type === 'string') return inFile === undefined ? 'VARIANT' : String(inFile);
  switch (type.type) {
    case 'struct': {
      const fields = type.fields.map((field) => {
        const name = nameOf(field);
        return `${identifier(name)} ${storedType(field.type, entryType(inFile, name), nameOf)}`;
      });
      return `STRUCT(${fields.join(', ')})`;
    }
    case 'array':
      return `${storedType(type.elementType, valueType(inFile), nameOf)}[]`;
    case 'map':
      return `MAP(${storedType(type.keyType, keyType(inFile), nameOf)}, ${storedType(type.valueType, valueType(inFile), nameOf)})`;
  }
}

/** An expression for a stored value in which all variants are binaries. */
function binaries(
  value: string,
  type: DataType,
  inFile: DuckDBType | undefined,
  nameOf: (field: StructField) => string,
  depth: number,
): string {
  if (!hasVariant(type)) return value;
  if (typeof type === 'string') return variantBinaries(value, inFile, depth);
  const item = `e${depth}`;
  switch (type.type) {
    case 'struct': {
      const fields = type.fields.map((field) => {
        const name = nameOf(field);
        const inner = binaries(`(${value}).${identifier(name)}`, field.type, entryType(inFile, name), nameOf, depth);
        return `${identifier(name)} := ${inner}`;
      });
      return unlessNull(value, `struct_pack(${fields.join(', ')})`);
    }
    case 'array': {
      const inner = binaries(item, type.elementType, valueType(inFile), nameOf, depth + 1);
      return `list_transform(${value}, lambda ${item}: ${inner})`;
    }
    case 'map': {
      const inner = binaries(`${item}.value`, type.valueType, valueType(inFile), nameOf, depth + 1);
      const entry = `struct_pack(key := ${item}.key, value := ${inner})`;
      return `map_from_entries(list_transform(map_entries(${value}), lambda ${item}: ${entry}))`;
    }
  }
}

function variantBinaries(value: string, inFile: DuckDBType | undefined, depth: number): string {
  if (inFile === undefined || !isStruct(inFile)) return unlessNull(value, `variant_to_parquet_variant(${value})`);
  if (entryType(inFile, 'typed_value') === undefined) return value;
  return unlessNull(
    value,
    `struct_pack(metadata := (${value}).metadata, shredded := ${shredded(value, inFile, depth)})`,
  );
}

/** One level of a shredded variant: its rest, and what stands in a column of its own by what that is. */
function shredded(value: string, inFile: DuckDBType, depth: number): string {
  const rest = entryType(inFile, 'value') === undefined ? 'NULL::BLOB' : `(${value})."value"`;
  const typed = entryType(inFile, 'typed_value');
  if (typed === undefined) return `struct_pack(rest := ${rest})`;
  const inner = `(${value}).typed_value`;
  const item = `e${depth}`;
  if (isStruct(typed)) {
    const fields = typed.entryNames.map((name, index) => {
      const type = typed.entryTypes[index];
      const field = `(${inner}).${identifier(name)}`;
      return `${identifier(name)} := ${type === undefined ? 'NULL' : shredded(field, type, depth)}`;
    });
    return `struct_pack(rest := ${rest}, fields := ${unlessNull(inner, `struct_pack(${fields.join(', ')})`)})`;
  }
  const element = valueType(typed);
  if (element !== undefined) {
    const items = `list_transform(${inner}, lambda ${item}: ${shredded(item, element, depth + 1)})`;
    return `struct_pack(rest := ${rest}, items := ${items})`;
  }
  const primitive = unlessNull(inner, `variant_to_parquet_variant(CAST(${inner} AS VARIANT))`);
  return `struct_pack(rest := ${rest}, "primitive" := ${primitive})`;
}

function unlessNull(value: string, expression: string): string {
  return `CASE WHEN ${value} IS NULL THEN NULL ELSE ${expression} END`;
}

interface StructColumn {
  entryNames: readonly string[];
  entryTypes: readonly DuckDBType[];
}

function isStruct(type: DuckDBType | undefined): type is DuckDBType & StructColumn {
  return type !== undefined && 'entryNames' in type && 'entryTypes' in type;
}

function entryType(type: DuckDBType | undefined, name: string): DuckDBType | undefined {
  if (!isStruct(type)) return undefined;
  return type.entryTypes[type.entryNames.findIndex((candidate) => sameName(candidate, name))];
}

function keyType(type: DuckDBType | undefined): DuckDBType | undefined {
  return type !== undefined && 'keyType' in type ? type.keyType : undefined;
}

function valueType(type: DuckDBType | undefined): DuckDBType | undefined {
  return type !== undefined && 'valueType' in type ? type.valueType : undefined;
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
