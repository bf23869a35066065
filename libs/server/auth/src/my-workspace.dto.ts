import type { DatabricksConfig } from '@lakescope/server-config';
import { ApiProperty } from '@nestjs/swagger';
import { MeDto } from './me.dto';

export class WorkspaceDto {
  @ApiProperty({ type: String, example: 'example.cloud.databricks.com' })
  name!: string;

  @ApiProperty({ type: String, example: 'https://example.cloud.databricks.com' })
  url!: string;
}

/** The person and the workspace they are in. */
export class MyWorkspaceDto {
  @ApiProperty({ type: () => MeDto })
  user!: MeDto;

  @ApiProperty({ type: () => WorkspaceDto })
  workspace!: WorkspaceDto;

  static from(user: MeDto, { host }: DatabricksConfig): MyWorkspaceDto {
    return { user, workspace: { name: host.host, url: host.origin } };
  }
}
