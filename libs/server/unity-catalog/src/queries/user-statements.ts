import { DatabricksClients } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CatalogStatements, type StatementTable } from '../browse/sql/catalog-statements';
import { ResultStream, type ReadyResult } from './exports/result-stream';
import type { RowBlock } from './exports/row-block';
import { ResultWays } from './result-ways';
import type { Select } from './table-select';
import { WarehouseState } from './warehouse-state';

/** Runs statements that read, with the rights of whoever asks. */
@Injectable()
export class UserStatements {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly ways: ResultWays,
    private readonly warehouse: WarehouseState,
    private readonly results: ResultStream,
  ) {}

  /** Whether there is a warehouse at all. */
  get areThere(): boolean {
    return this.warehouse.isConfigured;
  }

  /** Throws WarehouseStopped when the warehouse would have to be started and `start` does not say so. */
  permit(caller: UserCaller, start: boolean): Promise<void> {
    return this.warehouse.permit(caller, start);
  }

  /** Waits for a result that is small. Fails with a PlatformError, also when the statement does, which for the platform is a success. */
  read(caller: UserCaller, select: Select, signal: AbortSignal): Promise<StatementTable> {
    const { databricks, ways } = this;
    return new CatalogStatements({ databricks, ways, warehouseId: this.warehouse.id }, caller).table(select, signal);
  }

  /** For a result of any size; throws ExportFailed with what the warehouse says. */
  async readMany(
    caller: UserCaller,
    select: Select,
    signal: AbortSignal,
  ): Promise<{ result: ReadyResult; blocks: AsyncIterable<RowBlock> }> {
    const result = await this.results.run(caller, this.warehouse.id, select, signal);
    return { result, blocks: this.results.rows(caller, result, signal) };
  }
}
