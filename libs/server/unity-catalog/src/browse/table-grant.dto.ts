import { ApiProperty } from '@nestjs/swagger';
import type { EffectiveAssignment } from '@lakescope/databricks-client';

/** One privilege, and where it comes from. */
export class GrantedPrivilegeDto {
  /** As the platform names it. */
  @ApiProperty({ example: 'SELECT' })
  privilege!: string;

  /** CATALOG or SCHEMA when it was granted there; null when it was granted on the table itself. */
  @ApiProperty({ type: String, nullable: true, example: 'SCHEMA' })
  inherited_from_type!: string | null;

  /** Name of what it was granted on; null when that is the table itself or was not told. */
  @ApiProperty({ type: String, nullable: true, example: 'demo.lake' })
  inherited_from_name!: string | null;
}

/** What one user, group or service principal may do with a table. */
export class TableGrantDto {
  /** Name of the user or group, or client id of the service principal. */
  @ApiProperty({ example: 'account users' })
  principal!: string;

  /** Everything it holds on the table. */
  @ApiProperty({ type: () => [GrantedPrivilegeDto] })
  privileges!: GrantedPrivilegeDto[];

  static from({ principal, privileges }: EffectiveAssignment): TableGrantDto {
    const dto = new TableGrantDto();
    dto.principal = principal ?? '';
    dto.privileges = (privileges ?? [])
      .map(({ privilege, inherited_from_type, inherited_from_name }) => ({
        privilege: privilege ?? '',
        inherited_from_type: inherited_from_type ?? null,
        inherited_from_name: inherited_from_name ?? null,
      }))
      .sort((left, right) => (left.privilege < right.privilege ? -1 : 1));
    return dto;
  }
}
