import type { AuthorizationServerDocument } from '@lakescope/databricks-wire';
import type { CallOptions, Transport } from './transport';

/** What a workspace tells everybody, without a token: enough to know that it is there and is one. */
export class DiscoveryApi {
  constructor(private readonly transport: Transport) {}

  authorizationServer(options: CallOptions = {}): Promise<Partial<AuthorizationServerDocument>> {
    return this.transport.json(undefined, {
      ...options,
      method: 'GET',
      path: '/oidc/.well-known/oauth-authorization-server',
    });
  }
}
