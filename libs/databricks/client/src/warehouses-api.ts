import type { ListWarehousesResponse, Warehouse } from '@lakescope/databricks-wire';
import { PlatformError } from './platform-error';
import type { CallOptions, Credential, Transport } from './transport';

const BASE = '/api/2.0/sql/warehouses';

/** SQL warehouses (`/api/2.0/sql/warehouses`); as a person it takes the scope `sql` and CAN_USE on the warehouse. */
export class WarehousesApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /** What it is and whether it runs; to ask does not start it. */
  async get(id: string, options: CallOptions = {}): Promise<Warehouse & { state: NonNullable<Warehouse['state']> }> {
    const path = `${BASE}/${encodeURIComponent(id)}`;
    const warehouse = await this.transport.json<Warehouse>(this.credential, { ...options, method: 'GET', path });
    const { state } = warehouse;
    if (state === undefined) {
      throw new PlatformError('upstream', 'The platform did not say whether the SQL warehouse runs', {
        operation: `GET ${path}`,
        actingAs: this.credential.actingAs,
      });
    }
    return { ...warehouse, state };
  }

  /** Those the caller may see. */
  async list(options: CallOptions = {}): Promise<readonly Warehouse[]> {
    const call = { ...options, method: 'GET' as const, path: BASE };
    return (await this.transport.json<ListWarehousesResponse>(this.credential, call)).warehouses ?? [];
  }

  /** Answers at once; the warehouse is STARTING for a while then. One that runs stays as it is. */
  async start(id: string, options: CallOptions = {}): Promise<void> {
    await this.transport.head(this.credential, {
      ...options,
      method: 'POST',
      path: `${BASE}/${encodeURIComponent(id)}/start`,
      headers: { 'content-type': 'application/json' },
      body: '{}',
      idempotent: true,
    });
  }
}
