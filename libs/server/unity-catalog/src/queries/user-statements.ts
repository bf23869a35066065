import { DatabricksClients } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CatalogStatements, type StatementTable } from '../browse/sql/catalog-statements';
import { ResultWays } from './result-ways';
import type { Select } from './table-select';
import { WarehouseState } from './warehouse-state';

/** Runs statements that read a little, with the rights of whoever asks, and waits for their result. */
@Injectable()
export class UserStatements {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly ways: ResultWays,
    private readonly warehouse: WarehouseState,
  ) {}

  /** Whether there is a warehouse at all. */
  get areThere(): boolean {
    return this.warehouse.isConfigured;
  }

  /** Throws WarehouseStopped when the warehouse would have to be started and `start` does not say so. */
  permit(caller: UserCaller, start: boolean): Promise<void> {
    return this.warehouse.permit(caller, start);
  }

  /** Fails with a PlatformError, also when the statement does, which for the platform is a success. */
  read(caller: UserCaller, select: Select, signal: AbortSignal): Promise<StatementTable> {
    const { databricks, ways } = this;
    return new CatalogStatements({ databricks, ways, warehouseId: this.warehouse.id }, caller).table(select, signal);
  }
}
