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

  @ApiProperty({
    type: Boolean,
    description: 'Whether one of the groups is an administrators group. For showing only: each admin route asks again.',
    example: false,
  })
  is_admin!: boolean;

  static from(caller: UserCaller, isAdmin: boolean): MeDto {
    return {
      user_id: caller.userId,
      display_name: caller.displayName,
      active: caller.active,
      emails: [...caller.emails],
      groups: [...caller.groups],
      is_admin: isAdmin,
    };
  }
}
