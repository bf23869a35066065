import { ApiProblems, RequiresAdmin } from '@lakescope/server-http';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Doctor } from './doctor';
import { DoctorReportDto } from './doctor-report.dto';

/** The set-up of the running app, looked at from inside. */
@ApiTags('admin')
@Controller('admin/doctor')
@RequiresAdmin()
export class DoctorController {
  constructor(private readonly doctor: Doctor) {}

  @Get()
  @ApiOperation({
    operationId: 'runDoctor',
    summary: 'Whether everything the app needs is set up, and what to do where it is not',
  })
  @ApiOkResponse({ type: DoctorReportDto })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED')
  async runDoctor(): Promise<DoctorReportDto> {
    return DoctorReportDto.from(await this.doctor.examine());
  }
}
