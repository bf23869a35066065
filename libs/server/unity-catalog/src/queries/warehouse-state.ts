import { DatabricksClients, PlatformError } from '@lakescope/databricks-client';
import { QueryConfig } from '@lakescope/server-config';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { tokenKey } from '../browse/token-key';
import { WarehouseNotConfigured, WarehouseStopped, WarehouseUnusable } from './warehouse.errors';
import type { WarehouseStateName } from './warehouse.dto';

/** What is known of the warehouse at one moment. */
export interface SeenWarehouse {
  readonly id: string;
  readonly name: string;
  readonly state: WarehouseStateName;
  /** Milliseconds since this server first saw it start, while it starts. */
  readonly elapsedMs: number | null;
}

/** Several questions of one page are one question to the platform. */
const KNOWN_FOR_MS = 1_000;
/** Tokens that were answered; each of them costs some bytes until the next one after this many. */
const TOKENS_KEPT = 1_000;

/** Whether the SQL warehouse runs. To ask never starts it: only who is told to start it does, since that costs money. */
@Injectable()
export class WarehouseState {
  private readonly seen = new Map<string, { until: number; asking: Promise<SeenWarehouse> }>();
  private startingSince: number | undefined;

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly config: QueryConfig,
  ) {}

  get isConfigured(): boolean {
    return this.config.warehouseId !== undefined;
  }

  /** Throws WarehouseNotConfigured when the app has no warehouse. */
  get id(): string {
    if (this.config.warehouseId === undefined) throw new WarehouseNotConfigured();
    return this.config.warehouseId;
  }

  /** As the caller, who may be shown what was seen up to a second ago. */
  async read(caller: UserCaller): Promise<SeenWarehouse> {
    const { id } = this;
    const key = tokenKey(caller);
    const known = this.seen.get(key);
    if (known !== undefined && performance.now() < known.until) return known.asking;
    const asking = this.ask(caller, id);
    if (this.seen.size >= TOKENS_KEPT) this.seen.clear();
    this.seen.set(key, { until: performance.now() + KNOWN_FOR_MS, asking });
    try {
      return await asking;
    } catch (error) {
      // A moment's failure is not remembered.
      if (this.seen.get(key)?.asking === asking) this.seen.delete(key);
      throw error;
    }
  }

  /**
   * For who is about to send SQL: throws WarehouseStopped when that would start the warehouse and `start` does not say so. A warehouse
   * that is starting is somebody's wish already.
   */
  async permit(caller: UserCaller, start: boolean): Promise<void> {
    if (start) {
      // Sending the statement starts it; nothing has to be known before, and what was seen is true no longer.
      void this.id;
      this.seen.delete(tokenKey(caller));
      return;
    }
    const { id, name, state } = await this.read(caller);
    if (state !== 'RUNNING' && state !== 'STARTING') throw new WarehouseStopped({ warehouse_id: id, name, state });
  }

  /** Without the signal of a request: others may wait for the same answer. */
  private async ask(caller: UserCaller, id: string): Promise<SeenWarehouse> {
    try {
      const { name, state } = await this.databricks.asUser(caller).warehouses.get(id);
      if (state === 'STARTING') this.startingSince ??= performance.now();
      else this.startingSince = undefined;
      const since = this.startingSince;
      return {
        id,
        name: name ?? id,
        state,
        elapsedMs: since === undefined ? null : Math.round(performance.now() - since),
      };
    } catch (error) {
      throw unusable(id, error);
    }
  }
}

function unusable(id: string, error: unknown): unknown {
  const isOurs =
    error instanceof PlatformError && ['permission_denied', 'not_found', 'bad_request'].includes(error.kind);
  return isOurs ? new WarehouseUnusable(id, error) : error;
}
