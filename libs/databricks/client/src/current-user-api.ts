import type { ScimMe } from '@lakescope/databricks-wire';
import type { CallOptions, Credential, Transport } from './transport';

/** SCIM `Me` (`/api/2.0/preview/scim/v2`): who the token belongs to. Allowed under every scope. */
export class CurrentUserApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  me(options: CallOptions = {}): Promise<ScimMe> {
    return this.transport.json(this.credential, { ...options, method: 'GET', path: '/api/2.0/preview/scim/v2/Me' });
  }
}
