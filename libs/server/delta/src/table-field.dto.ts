import { ApiProperty } from '@nestjs/swagger';
import { physicalName, type DataType, type StructField } from '@lakescope/delta';
import type { ClusteringNode } from './clustering-tree';

/** Longer texts of types are said by their kind, since the parts say the rest: the text of every level would be the schema many times. */
const LONGEST_TYPE = 200;

/** A part of a nested type: a field of a struct, the element of an array, the key or value of a map. */
export class TableFieldDto {
  /** Name of the field; `element`, `key` or `value`. */
  @ApiProperty({ example: 'city' })
  name!: string;

  /** Type in Delta's words; of long ones only whether it is a struct, an array or a map. */
  @ApiProperty({ example: 'struct<city: string>' })
  type!: string;

  /** Whether it may be null. */
  nullable!: boolean;

  /** What its owner says about it. */
  comment!: string | null;

  /** Name inside the files, when it differs from the name. */
  physical_name!: string | null;

  /** How it is computed, for a generated column. */
  generation_expression!: string | null;

  /** Place among the columns the table is clustered by, counted from 0; null when it is none. */
  @ApiProperty({ type: 'integer', nullable: true })
  clustering_index!: number | null;

  /** Everything else the schema says about the field. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  metadata!: Record<string, unknown>;

  /** What is inside of it. */
  @ApiProperty({ type: () => [TableFieldDto] })
  fields!: TableFieldDto[];

  /** `above` holds the clustering columns by what is above the field, in physical names. */
  static from(field: StructField, above: ClusteringNode | undefined): TableFieldDto {
    const clustering = above?.below.get(physicalName(field));
    const dto = TableFieldDto.part(field.name, field.type, field.nullable, clustering);
    dto.comment = textOf(field, 'comment');
    dto.physical_name = textOf(field, 'delta.columnMapping.physicalName');
    dto.generation_expression = textOf(field, 'delta.generationExpression');
    dto.metadata = field.metadata;
    return dto;
  }

  /** Of a part that has no metadata of its own. */
  static part(name: string, type: DataType, nullable: boolean, clustering: ClusteringNode | undefined): TableFieldDto {
    const dto = new TableFieldDto();
    dto.name = name;
    dto.nullable = nullable;
    dto.comment = null;
    dto.physical_name = null;
    dto.generation_expression = null;
    dto.clustering_index = clustering?.place ?? null;
    dto.metadata = {};
    dto.fields = partsOf(type, clustering);
    dto.type = shortText(type, dto.fields);
    return dto;
  }
}

function partsOf(whole: DataType, node: ClusteringNode | undefined): TableFieldDto[] {
  if (typeof whole === 'string') return [];
  switch (whole.type) {
    case 'struct':
      return whole.fields.map((field) => TableFieldDto.from(field, node));
    case 'array':
      return [TableFieldDto.part('element', whole.elementType, whole.containsNull, undefined)];
    case 'map':
      return [
        TableFieldDto.part('key', whole.keyType, false, undefined),
        TableFieldDto.part('value', whole.valueType, whole.valueContainsNull, undefined),
      ];
  }
}

function shortText(type: DataType, parts: readonly TableFieldDto[]): string {
  if (typeof type === 'string') return type;
  const inside = parts.map((part) => (type.type === 'struct' ? `${part.name}: ${part.type}` : part.type)).join(', ');
  return inside.length > LONGEST_TYPE ? type.type : `${type.type}<${inside}>`;
}

function textOf(field: StructField, key: string): string | null {
  const value = Object.hasOwn(field.metadata, key) ? field.metadata[key] : undefined;
  return typeof value === 'string' ? value : null;
}
