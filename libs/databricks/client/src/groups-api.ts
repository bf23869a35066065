import type { ScimGroup, ScimList } from '@lakescope/databricks-wire';
import type { CallOptions, Credential, Transport } from './transport';

/** The workspace's groups (SCIM, `/api/2.0/preview/scim/v2/Groups`). */
export class GroupsApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /** The group of this display name, which SCIM compares without regard to case; undefined when there is none. */
  async findByName(displayName: string, options: CallOptions = {}): Promise<ScimGroup | undefined> {
    const page = await this.transport.json<Partial<ScimList<ScimGroup>>>(this.credential, {
      ...options,
      method: 'GET',
      path: '/api/2.0/preview/scim/v2/Groups',
      query: { filter: `displayName eq ${quoted(displayName)}`, attributes: 'displayName', startIndex: 1, count: 1 },
    });
    return page.Resources?.[0];
  }
}

/** A string of a SCIM filter is written as in JSON (RFC 7644, 3.4.2.2). */
function quoted(text: string): string {
  return JSON.stringify(text);
}
