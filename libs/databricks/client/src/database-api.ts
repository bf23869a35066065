import type {
  DatabaseCredential as WireCredential,
  GenerateDatabaseCredentialRequest,
} from '@lakescope/databricks-wire';
import { PlatformError } from './platform-error';
import { Secret } from './secret';
import type { CallOptions, Credential, Transport } from './transport';

/** A Postgres password of the platform, good for logging in until it expires. */
export interface DatabaseCredential {
  token: Secret;
  expiresAt: Date;
}

/** Lakebase's control plane: Provisioned instances (`/api/2.0/database`) and Autoscaling endpoints (`/api/2.0/postgres`). */
export class DatabaseApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  generateCredential(
    request: { instanceNames: readonly string[]; requestId: string },
    options: CallOptions = {},
  ): Promise<DatabaseCredential> {
    const body: GenerateDatabaseCredentialRequest = {
      request_id: request.requestId,
      instance_names: [...request.instanceNames],
    };
    return this.generate('/api/2.0/database/credentials', body, options);
  }

  /** `endpoint` is a resource name: `projects/p/branches/b/endpoints/e`. */
  generateEndpointCredential(request: { endpoint: string }, options: CallOptions = {}): Promise<DatabaseCredential> {
    return this.generate('/api/2.0/postgres/credentials', request, options);
  }

  private async generate(path: string, body: object, options: CallOptions): Promise<DatabaseCredential> {
    const answer = await this.transport.json<Partial<WireCredential> & { expire_time?: string }>(this.credential, {
      ...options,
      method: 'POST',
      path,
      // Minting a second credential does no harm: the first one simply goes unused.
      idempotent: true,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const expiresAt = new Date(answer.expiration_time ?? answer.expire_time ?? '');
    if (answer.token === undefined || Number.isNaN(expiresAt.getTime())) {
      throw new PlatformError('upstream', 'The platform answered without a database credential', {
        operation: `POST ${path}`,
        actingAs: this.credential.actingAs,
      });
    }
    return { token: new Secret(answer.token), expiresAt };
  }
}
