import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError } from '@lakescope/server-http';

/** Nothing can run SQL: the app has no warehouse. */
export class WarehouseNotConfigured extends DomainError {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'WAREHOUSE_NOT_CONFIGURED',
      message: 'This needs a SQL warehouse, and the app has none.',
      details: {
        suggestion:
          'Add a SQL warehouse to the resources of the app and set DATABRICKS_WAREHOUSE_ID from it, then deploy the app again.',
      },
    });
  }
}

/** The warehouse would have to be started, which costs money, and nobody asked for that. */
export class WarehouseStopped extends DomainError {
  constructor(warehouse: { warehouse_id: string; name: string; state: string }) {
    super({
      kind: 'conflict',
      code: 'WAREHOUSE_STOPPED',
      message: `The SQL warehouse ${warehouse.name} is ${warehouse.state}. Ask again with start_warehouse=true to start it, which costs money.`,
      details: warehouse,
    });
  }
}

/** The caller may not use the warehouse, or it is no longer there. */
export class WarehouseUnusable extends DomainError {
  constructor(warehouseId: string, cause: PlatformError) {
    const isGone = cause.kind === 'not_found' || cause.kind === 'bad_request';
    super({
      kind: isGone ? 'unavailable' : 'forbidden',
      code: isGone ? 'WAREHOUSE_NOT_CONFIGURED' : 'PERMISSION_DENIED',
      message: isGone
        ? `There is no SQL warehouse ${warehouseId}.`
        : `You may not use the SQL warehouse ${warehouseId}. Ask an administrator of the workspace for CAN USE on it.`,
      details: {
        warehouse_id: warehouseId,
        suggestion: isGone
          ? 'Set DATABRICKS_WAREHOUSE_ID to a SQL warehouse of this workspace.'
          : 'CAN USE on the SQL warehouse',
        upstream_status: cause.status ?? null,
        upstream_code: cause.errorCode ?? null,
      },
      cause,
    });
  }
}
