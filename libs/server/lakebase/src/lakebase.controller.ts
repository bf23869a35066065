import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems, RequiresAdmin } from '@lakescope/server-http';
import { PoolHistory } from '@lakescope/server-persistence';
import { LakebaseHealth } from './lakebase-health';
import { LakebaseHealthDto } from './lakebase-health.dto';
import { PoolHistoryDto } from './pool-history.dto';

/** State of the app's database. */
@ApiTags('lakebase')
@Controller('lakebase')
export class LakebaseController {
  constructor(
    private readonly health: LakebaseHealth,
    private readonly history: PoolHistory,
  ) {}

  /** Asks the database a trivial question and says how the connection is doing. */
  @Get('health')
  @ApiOkResponse({ type: LakebaseHealthDto })
  @ApiProblems('LAKEBASE_NOT_CONFIGURED', 'DATABASE_UNAVAILABLE')
  getLakebaseHealth(): Promise<LakebaseHealthDto> {
    return this.health.check();
  }

  /** The last hour of the connection pool, for administrators. Asks the database nothing. */
  @Get('pool')
  @RequiresAdmin()
  @ApiOkResponse({ type: PoolHistoryDto })
  @ApiProblems('ADMIN_REQUIRED', 'ADMIN_CHECK_FAILED')
  getPoolHistory(): PoolHistoryDto {
    return PoolHistoryDto.from(this.history);
  }
}
