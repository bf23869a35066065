import type { UserCaller } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';

/** The person or service principal behind the request. */
export class MeDto {
  @ApiProperty({ type: String, example: 'ana@example.com' })
  user_id!: string;

  @ApiProperty({ type: String, example: 'Ana Berg' })
  display_name!: string;

  @ApiProperty({ type: Boolean, example: true })
  active!: boolean;

  @ApiProperty({ type: [String], example: ['ana@example.com'] })
  emails!: string[];

  @ApiProperty({ type: [String], example: ['engineers'] })
  groups!: string[];

  static from(caller: UserCaller): MeDto {
    return {
      user_id: caller.userId,
      display_name: caller.displayName,
      active: caller.active,
      emails: [...caller.emails],
      groups: [...caller.groups],
    };
  }
}
