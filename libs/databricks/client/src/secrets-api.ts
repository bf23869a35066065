import type { ListSecretScopesResponse, ListSecretsResponse } from '@lakescope/databricks-wire';
import { PlatformError } from './platform-error';
import type { Secret } from './secret';
import type { CallOptions, Credential, Transport } from './transport';

const BASE = '/api/2.0/secrets';

/** Secret scopes and the names of their keys; values are only ever written. As a person it takes the scope `secrets`. */
export class SecretsApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /** The scopes the caller may read. */
  async listScopes(options: CallOptions = {}): Promise<string[]> {
    const path = `${BASE}/scopes/list`;
    const { scopes = [] } = await this.transport.json<ListSecretScopesResponse>(this.credential, {
      ...options,
      method: 'GET',
      path,
    });
    return scopes.flatMap(({ name }) => (name === undefined ? [] : [name]));
  }

  /** The keys of a scope, or undefined when there is no such scope. */
  async listKeys(scope: string, options: CallOptions = {}): Promise<string[] | undefined> {
    const call = { ...options, method: 'GET' as const, path: `${BASE}/list`, query: { scope } };
    try {
      const { secrets = [] } = await this.transport.json<ListSecretsResponse>(this.credential, call);
      return secrets.flatMap(({ key }) => (key === undefined ? [] : [key]));
    } catch (error) {
      if (error instanceof PlatformError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  async createScope(scope: string, options: CallOptions = {}): Promise<void> {
    await this.post('scopes/create', { scope }, options);
  }

  async put(scope: string, key: string, value: Secret, options: CallOptions = {}): Promise<void> {
    await this.post('put', { scope, key, string_value: value.reveal() }, options);
  }

  private async post(path: string, body: object, options: CallOptions): Promise<void> {
    await this.transport.json(this.credential, {
      ...options,
      method: 'POST',
      path: `${BASE}/${path}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }
}
