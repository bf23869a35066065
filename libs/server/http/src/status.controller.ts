import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, UserCaller } from './caller';
import { DependencyProbes } from './dependency-probes';
import { RequestSignal } from './request-signal';
import { DependencyStatusDto, StatusDto } from './status.dto';

@ApiTags('status')
@Controller('status')
export class StatusController {
  constructor(@Inject(DependencyProbes) private readonly probes: DependencyProbes) {}

  @Get()
  @ApiOperation({ operationId: 'getStatus', summary: 'What the app depends on, tried with the rights of the caller' })
  @ApiOkResponse({ type: StatusDto })
  async getStatus(@CurrentCaller() caller: UserCaller, @RequestSignal() signal: AbortSignal): Promise<StatusDto> {
    return { items: (await this.probes.checkAll(caller, signal)).map((report) => DependencyStatusDto.from(report)) };
  }
}
