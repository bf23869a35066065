import { identifier } from '../duckdb/sql';
import type { ColumnNames } from '../schema/column-names';
import type { DataType } from '../schema/types';

/**
 * An expression for a stored value whose struct fields have their logical names. Only column mapping tells the two
 * apart, so without it, and for types without structs, the value is taken as it is.
 */
export function logicalValue(value: string, type: DataType, names: ColumnNames, depth = 0): string {
  if (names.mode === 'none' || !hasStruct(type) || typeof type === 'string') return value;
  const item = `e${depth}`;
  const inner = (expression: string, of: DataType): string => logicalValue(expression, of, names, depth + 1);
  switch (type.type) {
    case 'struct': {
      const fields = type.fields.map((field) => {
        const stored = `(${value}).${identifier(names.physical(field))}`;
        return `${identifier(field.name)} := ${inner(stored, field.type)}`;
      });
      return `CASE WHEN ${value} IS NULL THEN NULL ELSE struct_pack(${fields.join(', ')}) END`;
    }
    case 'array':
      return `list_transform(${value}, lambda ${item}: ${inner(item, type.elementType)})`;
    case 'map': {
      const entry = `struct_pack(key := ${inner(`${item}.key`, type.keyType)}, value := ${inner(`${item}.value`, type.valueType)})`;
      return `map_from_entries(list_transform(map_entries(${value}), lambda ${item}: ${entry}))`;
    }
  }
}

function hasStruct(type: DataType): boolean {
  if (typeof type === 'string') return false;
  switch (type.type) {
    case 'struct':
      return true;
    case 'array':
      return hasStruct(type.elementType);
    case 'map':
      return hasStruct(type.keyType) || hasStruct(type.valueType);
  }
}
