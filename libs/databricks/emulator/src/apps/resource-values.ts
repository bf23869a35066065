import type { AppResource } from '@lakescope/databricks-wire';
import { Refusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import type { SecretScopes } from '../secrets/secret-scopes';
import type { Metastore } from '../unity-catalog/metastore';
import { SECURABLE_TYPES } from '../unity-catalog/securables';
import { namedResource, type AppResourceKind, type NamedResource } from './app-resource';
import { DeploymentFailed } from './runtime/deployment-failed';

/** Where the objects are that resources of apps name. */
export interface ResourcePlaces {
  readonly accessControl: AccessControl;
  readonly secretScopes: SecretScopes;
  readonly metastore: Pick<Metastore, 'find'>;
  /** The id of a serving endpoint. */
  servingEndpointId(name: string): string | undefined;
  /** The host of a Lakebase Provisioned instance. */
  instanceHost(name: string): string | undefined;
  /** The endpoint of a Lakebase Autoscaling branch that reads and writes, and its host. */
  branchEndpoint(branch: string): { readonly name: string; readonly host: string } | undefined;
  /** What Postgres calls the database of an Autoscaling branch, by its resource name. */
  branchDatabase(name: string): string | undefined;
}

/** Where an app's first database resource is: what the platform makes PGHOST and PGDATABASE of. */
export interface AppDatabase {
  readonly host: string;
  readonly database: string;
}

type Resolve = (app: Principal, fields: NamedResource['fields']) => string;

/** Says what `valueFrom` stands for. Everything is looked up with the rights of the app's own service principal. */
export class ResourceValues {
  private readonly resolvers: Readonly<Record<AppResourceKind, Resolve>>;

  constructor(private readonly places: ResourcePlaces) {
    const { accessControl, secretScopes } = places;
    this.resolvers = {
      sql_warehouse: (app, { id = '' }) => this.permitted(app, 'sql/warehouses', id, 'CAN_USE', `SQL warehouse ${id}`),
      serving_endpoint: (app, { name = '' }) => {
        const id = places.servingEndpointId(name) ?? '';
        this.permitted(app, 'serving-endpoints', id, 'CAN_VIEW', `Serving endpoint ${name}`);
        return name;
      },
      secret: (app, { scope = '', key = '' }) =>
        Buffer.from(secretScopes.secret(app, scope, key).value, 'base64').toString('utf8'),
      database: (_, { instance_name: name = '' }) => this.instanceHost(name),
      postgres: (_, { branch = '' }) => this.endpoint(branch).name,
      job: (app, { id = '' }) => {
        if (accessControl.type('jobs') === undefined) throw notHere('jobs');
        return this.permitted(app, 'jobs', id, 'CAN_VIEW', `Job ${id}`);
      },
      uc_securable: (_, { securable_full_name: name = '', securable_type: type = '' }) => this.securable(name, type),
      app: (app, { name = '' }) => this.permitted(app, 'apps', name, 'CAN_USE', `App ${name}`),
      experiment: () => {
        throw notHere('experiments of their own');
      },
      genie_space: () => {
        throw notHere('Genie spaces');
      },
    };
  }

  /** Throws DeploymentFailed when the app has no such resource, or the resource is not there or not the app's to use. */
  resolve(app: Principal, resources: readonly AppResource[], name: string): string {
    const resource = resources.find((one) => one.name === name);
    if (resource === undefined) {
      const known = resources.map((one) => one.name).join(', ') || 'none';
      throw new DeploymentFailed(`valueFrom ${name}: the app has no resource of that name (it has: ${known}).`);
    }
    const { kind, fields } = namedResource(resource);
    try {
      return this.resolvers[kind](app, fields);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof DeploymentFailed)) throw error;
      throw new DeploymentFailed(`Resource ${name}: ${error.message}`, { cause: error });
    }
  }

  /** Every resource must be there, also those no variable is made of. */
  check(app: Principal, resources: readonly AppResource[]): void {
    for (const { name = '' } of resources) this.resolve(app, resources, name);
  }

  /** The first database resource, if there is one. */
  databaseOf(resources: readonly AppResource[]): AppDatabase | undefined {
    for (const resource of resources) {
      const { database, postgres } = resource;
      if (database !== undefined) {
        return { host: this.instanceHost(database.instance_name ?? ''), database: database.database_name ?? '' };
      }
      if (postgres !== undefined) {
        const name = postgres.database ?? '';
        const found = this.places.branchDatabase(name);
        if (found === undefined) throw new DeploymentFailed(`Database '${name}' does not exist.`);
        return { host: this.endpoint(postgres.branch ?? '').host, database: found };
      }
    }
    return undefined;
  }

  private permitted(app: Principal, type: string, id: string, level: string, what: string): string {
    const address = { type, id };
    if (this.places.accessControl.find(address) === undefined) throw new DeploymentFailed(`${what} does not exist.`);
    this.places.accessControl.require(app, address, level);
    return id;
  }

  private instanceHost(name: string): string {
    const host = this.places.instanceHost(name);
    if (host === undefined) throw new DeploymentFailed(`Database instance '${name}' does not exist.`);
    return host;
  }

  private endpoint(branch: string): { readonly name: string; readonly host: string } {
    const endpoint = this.places.branchEndpoint(branch);
    if (endpoint === undefined) throw new DeploymentFailed(`Branch '${branch}' does not exist or has no endpoint.`);
    return endpoint;
  }

  private securable(fullName: string, asked: string): string {
    const type = SECURABLE_TYPES.find((known) => known === asked);
    if (type === undefined) throw notHere(`securables of the type ${asked}`);
    if (this.places.metastore.find(type, fullName) === undefined) {
      throw new DeploymentFailed(`${asked} '${fullName}' does not exist.`);
    }
    return type === 'VOLUME' ? `/Volumes/${fullName.split('.').join('/')}` : fullName;
  }
}

function notHere(what: string): DeploymentFailed {
  return new DeploymentFailed(`The local workspace has no ${what}.`);
}
