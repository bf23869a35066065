import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { NoWayToGetResults } from './query.errors';
import { ResultWays, type ResultWay, type WantedResult } from './result-ways';
import type { Select } from './table-select';
import { WarehouseUnusable } from './warehouse.errors';

export interface SentStatement {
  readonly statementId: string;
  readonly way: ResultWay;
}

/** Hands statements to the warehouse as the caller, in the best of the ways to get results that it has. */
@Injectable()
export class StatementSender {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly ways: ResultWays,
  ) {}

  /**
   * Without waiting for it: the answer is its id, so that it can be canceled from then on, by any replica. Not given up when a client
   * leaves, since then nobody would know the id.
   */
  async send(
    caller: UserCaller,
    warehouseId: string,
    { text, parameters }: Select,
    wanted: WantedResult = 'any',
  ): Promise<SentStatement> {
    const { statements } = this.databricks.asUser(caller);
    let refusal: unknown;
    for (const way of this.ways.of(warehouseId, wanted)) {
      try {
        const { statement_id: statementId } = await statements.execute({
          warehouse_id: warehouseId,
          statement: text,
          parameters: [...parameters],
          disposition: way.disposition,
          format: way.format,
          wait_timeout: '0s',
          on_wait_timeout: 'CONTINUE',
        });
        return { statementId, way };
      } catch (error) {
        if (!this.ways.isRefusal(warehouseId, way, error)) throw explained(warehouseId, error);
        refusal = error;
      }
    }
    throw new NoWayToGetResults(warehouseId, refusal);
  }

  /** May come too late; one that is no longer known has ended. */
  async cancel(caller: UserCaller, statementId: string): Promise<void> {
    try {
      await this.databricks.asUser(caller).statements.cancel(statementId);
    } catch (error) {
      if (!(error instanceof PlatformError) || error.kind !== 'not_found') throw error;
    }
  }
}

function explained(warehouseId: string, error: unknown): unknown {
  const isWarehouse = error instanceof PlatformError && ['permission_denied', 'not_found'].includes(error.kind);
  return isWarehouse ? new WarehouseUnusable(warehouseId, error) : error;
}
