import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '@lakescope/server-http';
import { LakebaseHealth } from './lakebase-health';
import { LakebaseHealthDto } from './lakebase-health.dto';

/** State of the app's database. */
@ApiTags('lakebase')
@Controller('lakebase')
export class LakebaseController {
  constructor(private readonly health: LakebaseHealth) {}

  /** Asks the database a trivial question and says how the connection is doing. */
  @Get('health')
  @ApiOkResponse({ type: LakebaseHealthDto })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  getLakebaseHealth(): Promise<LakebaseHealthDto> {
    return this.health.check();
  }
}
