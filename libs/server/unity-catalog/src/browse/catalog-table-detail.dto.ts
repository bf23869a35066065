import { ApiProperty } from '@nestjs/swagger';
import type { TableInfo } from '@lakescope/databricks-wire';
import { VIAS, type Via } from './browse-page.dto';
import { TableGrantDto } from './table-grant.dto';
import { fillTable, CatalogTableDto, type AccessLevel } from './catalog-table.dto';

export const GRANTS_ACCESS = ['effective', 'own', 'denied'] as const;
export type GrantsAccess = (typeof GRANTS_ACCESS)[number];

/** What is found out about a table besides what the platform says of it. */
export interface TableFindings {
  readonly grants: readonly TableGrantDto[];
  readonly grantsAccess: GrantsAccess;
  readonly accessLevel: AccessLevel;
  readonly inspectorPath: string | null;
  readonly via: Via;
}

/** Everything about one table. */
export class CatalogTableDetailDto extends CatalogTableDto {
  /** Who may do what with it, as far as the caller may know; sorted by principal. */
  @ApiProperty({ type: () => [TableGrantDto] })
  grants!: TableGrantDto[];

  /** What `grants` holds. effective: those of everybody. own: those of the caller and their groups only. denied: the caller may not know them. */
  @ApiProperty({ enum: GRANTS_ACCESS })
  grants_access!: GrantsAccess;

  /** The query of a view. */
  @ApiProperty({ type: String, nullable: true })
  view_definition!: string | null;

  /** Properties of the table. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { 'delta.minReaderVersion': '1' } })
  properties!: Record<string, string>;

  /** The path the Delta Inspector takes for this table; null when it lies where the inspector cannot read. */
  @ApiProperty({ type: String, nullable: true, example: '/Volumes/demo/lake/tables/airports' })
  inspector_path!: string | null;

  /** How the platform was asked. */
  @ApiProperty({ enum: VIAS })
  via!: Via;

  static of(table: TableInfo, findings: TableFindings): CatalogTableDetailDto {
    const dto = fillTable(new CatalogTableDetailDto(), table, Number.POSITIVE_INFINITY);
    dto.grants = [...findings.grants];
    dto.grants_access = findings.grantsAccess;
    dto.access_level = findings.accessLevel;
    dto.view_definition = table.view_definition ?? null;
    dto.properties = { ...table.properties };
    dto.inspector_path = findings.inspectorPath;
    dto.via = findings.via;
    return dto;
  }
}
