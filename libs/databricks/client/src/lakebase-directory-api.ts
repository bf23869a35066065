import type {
  DatabaseInstance,
  ListDatabaseInstancesResponse,
  ListPostgresBranchesResponse,
  ListPostgresEndpointsResponse,
  ListPostgresProjectsResponse,
  PostgresBranch,
  PostgresEndpoint,
  PostgresProject,
} from '@lakescope/databricks-wire';
import { followPages } from './paging';
import { encodePath } from './platform-path';
import type { CallOptions, Credential, Transport } from './transport';

const PROVISIONED = '/api/2.0/database';
const AUTOSCALING = '/api/2.0/postgres';

/** Which Lakebase databases there are: Provisioned instances (`/api/2.0/database`) and Autoscaling endpoints (`/api/2.0/postgres`). */
export class LakebaseDirectoryApi {
  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  listInstances(options: CallOptions = {}): AsyncIterable<DatabaseInstance> {
    return followPages(async (pageToken) => {
      const page = await this.get<ListDatabaseInstancesResponse>(`${PROVISIONED}/instances`, options, pageToken);
      return { items: page.database_instances ?? [], nextPageToken: page.next_page_token };
    });
  }

  getInstance(name: string, options: CallOptions = {}): Promise<DatabaseInstance> {
    return this.get(`${PROVISIONED}/instances/${encodeURIComponent(name)}`, options);
  }

  /** Answers at once; the instance is STARTING for a while then. `capacity`: CU_1, CU_2, CU_4 or CU_8. */
  createInstance(name: string, capacity: string, options: CallOptions = {}): Promise<DatabaseInstance> {
    return this.transport.json(this.credential, {
      ...options,
      method: 'POST',
      path: `${PROVISIONED}/instances`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, capacity }),
    });
  }

  /** Every endpoint of every branch of every project; the platform lists them level by level. */
  async *listEndpoints(options: CallOptions = {}): AsyncGenerator<PostgresEndpoint, void, undefined> {
    for await (const project of this.listProjects(options)) {
      for await (const branch of this.listBranches(project.name ?? '', options)) {
        yield* this.listEndpointsOf(branch.name ?? '', options);
      }
    }
  }

  /** `name` is a resource name: `projects/p/branches/b/endpoints/e`. */
  getEndpoint(name: string, options: CallOptions = {}): Promise<PostgresEndpoint> {
    return this.get(`${AUTOSCALING}/${encodePath(name)}`, options);
  }

  private listProjects(options: CallOptions): AsyncIterable<PostgresProject> {
    return followPages(async (pageToken) => {
      const page = await this.get<ListPostgresProjectsResponse>(`${AUTOSCALING}/projects`, options, pageToken);
      return { items: page.projects ?? [], nextPageToken: page.next_page_token };
    });
  }

  private listBranches(project: string, options: CallOptions): AsyncIterable<PostgresBranch> {
    return followPages(async (pageToken) => {
      const path = `${AUTOSCALING}/${encodePath(project)}/branches`;
      const page = await this.get<ListPostgresBranchesResponse>(path, options, pageToken);
      return { items: page.branches ?? [], nextPageToken: page.next_page_token };
    });
  }

  private listEndpointsOf(branch: string, options: CallOptions): AsyncGenerator<PostgresEndpoint, void, undefined> {
    return followPages(async (pageToken) => {
      const path = `${AUTOSCALING}/${encodePath(branch)}/endpoints`;
      const page = await this.get<ListPostgresEndpointsResponse>(path, options, pageToken);
      return { items: page.endpoints ?? [], nextPageToken: page.next_page_token };
    });
  }

  private get<T>(path: string, options: CallOptions, pageToken?: string): Promise<T> {
    const query = pageToken === undefined ? {} : { query: { page_token: pageToken } };
    return this.transport.json(this.credential, { ...options, method: 'GET', path, ...query });
  }
}
