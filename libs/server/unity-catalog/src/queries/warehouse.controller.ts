import { ApiProblems, CurrentCaller, UserCaller } from '@lakescope/server-http';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { WarehouseDto } from './warehouse.dto';
import { WarehouseState } from './warehouse-state';

/** The SQL warehouse behind queries. */
@ApiTags('unity-catalog')
@Controller('unity-catalog/warehouse')
export class WarehouseController {
  constructor(private readonly warehouse: WarehouseState) {}

  /** Says whether the SQL warehouse runs, without starting it. */
  @Get()
  @ApiOkResponse({ type: WarehouseDto })
  @ApiProblems('PERMISSION_DENIED', 'SCOPE_MISSING', 'WAREHOUSE_NOT_CONFIGURED', 'UPSTREAM_ERROR', 'UPSTREAM_TIMEOUT')
  async getWarehouse(@CurrentCaller() caller: UserCaller): Promise<WarehouseDto> {
    return WarehouseDto.from(this.warehouse.isConfigured ? await this.warehouse.read(caller) : undefined);
  }
}
