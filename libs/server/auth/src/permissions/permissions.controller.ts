import { CurrentCaller, UserCaller } from '@lakescope/server-http';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PermissionListDto } from './permission.dto';
import { PermissionMicroscope } from './permission-microscope';

/** The permission microscope. */
@ApiTags('user')
@Controller('user/permissions')
export class PermissionsController {
  constructor(@Inject(PermissionMicroscope) private readonly microscope: PermissionMicroscope) {}

  @Get()
  @ApiOperation({
    operationId: 'getMyPermissions',
    summary: 'What the caller may do in the UI, tried just now, and what is missing for the rest',
  })
  @ApiOkResponse({ type: PermissionListDto })
  async getMyPermissions(@CurrentCaller() caller: UserCaller): Promise<PermissionListDto> {
    const { reports, at } = await this.microscope.examine(caller);
    return PermissionListDto.from(reports, at);
  }
}
