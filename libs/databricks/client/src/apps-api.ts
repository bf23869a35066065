import type { DatabricksApp } from '@lakescope/databricks-wire';
import type { CallOptions, Credential, Transport } from './transport';

/** Databricks Apps (`/api/2.0/apps`): what the platform knows about an app. */
export class AppsApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /** Needs CAN_USE on the app, and the scope `apps` when asked as a person. */
  get(name: string, options: CallOptions = {}): Promise<DatabricksApp> {
    return this.transport.json(this.credential, {
      ...options,
      method: 'GET',
      path: `/api/2.0/apps/${encodeURIComponent(name)}`,
    });
  }
}
