import type { DatabaseInstances } from './database-instances';
import type { DatabasePurges, DropDatabases } from './database-purges';
import { DEFAULT_ENDPOINT } from './default-endpoint';
import type { EndpointComputes } from './endpoint-computes';
import type { StoredInstance, StoredResource } from './lakebase-document';
import { fullStatus, type PostgresResources } from './postgres-resources';

/** Why somebody with a valid credential does not get in, in Postgres's words. */
export interface LakebaseRefusal {
  readonly sqlState: string;
  readonly message: string;
}

/** A session that was let in. */
export interface EnteredDatabase {
  /** To be called when the session ends. */
  leave(): void;
  /** Tells the databases of an instance or branch apart from those of others in the one Postgres; empty for the default ones. */
  readonly suffix: string;
}

/** Which databases there are, for whoever stands at the door. */
export interface Lakebase {
  /**
   * Lets a session in that came to this host with a credential minted for these databases; resolves once the compute is
   * awake. Who came by an address, or said no name, comes to what the credential was minted for.
   */
  enter(host: string | undefined, mintedFor: readonly string[]): Promise<EnteredDatabase | LakebaseRefusal>;
  /** Puts an Autoscaling endpoint to sleep, the default one unless named; false while sessions keep it awake. */
  suspend(endpoint?: string): boolean;
  /**
   * Has whoever keeps the databases drop those of an instance or branch that is deleted for good, by what their names end in.
   * Answers how to be told no more.
   */
  whenPurged(drop: DropDatabases): () => void;
}

/**
 * The databases of the local workspace. All live in one Postgres, each instance's and branch's under names of their own; who may
 * log in where is told apart as on the platform.
 */
export class LakebaseDatabases implements Lakebase {
  constructor(
    private readonly instances: DatabaseInstances,
    private readonly resources: PostgresResources,
    private readonly computes: EndpointComputes,
    private readonly purges: DatabasePurges,
  ) {}

  async enter(host: string | undefined, mintedFor: readonly string[]): Promise<EnteredDatabase | LakebaseRefusal> {
    // Not every machine resolves names below localhost, so an address is good for all.
    const isThere = (name: string): boolean => host === undefined || host === '127.0.0.1' || host === name;
    const instances = this.instances.list().filter((one) => isThere(this.instances.hostOf(one)));
    const endpoints = this.resources.list('endpoint', undefined).filter((one) => isThere(this.resources.hostOf(one)));
    const instance = instances.find(({ name }) => mintedFor.includes(name));
    if (instance !== undefined) return this.enterInstance(instance);
    const endpoint = endpoints.find(({ name }) => mintedFor.includes(name));
    if (endpoint !== undefined) return this.enterEndpoint(endpoint);
    return { sqlState: '28P01', message: `The credential was minted for ${mintedFor.join(', ') || 'nothing'}.` };
  }

  whenPurged(drop: DropDatabases): () => void {
    return this.purges.whenPurged(drop);
  }

  suspend(endpoint = DEFAULT_ENDPOINT): boolean {
    return this.computes.suspend(endpoint);
  }

  /** Where an instance listens; undefined: there is none of this name. */
  instanceHost(name: string): string | undefined {
    const instance = this.instances.list().find((one) => one.name === name);
    return instance === undefined ? undefined : this.instances.hostOf(instance);
  }

  /** The first endpoint of a branch, by name. */
  branchEndpoint(branch: string): { readonly name: string; readonly host: string } | undefined {
    const [endpoint] = this.resources
      .list('endpoint', undefined)
      .filter(({ name }) => name.startsWith(`${branch}/endpoints/`));
    return endpoint === undefined ? undefined : { name: endpoint.name, host: this.resources.hostOf(endpoint) };
  }

  /** What Postgres calls a database that is named as a resource. */
  branchDatabase(name: string): string | undefined {
    const database = this.resources.find(name);
    const shown = database?.kind === 'database' ? fullStatus(database)['postgres_database'] : undefined;
    return typeof shown === 'string' ? shown : undefined;
  }

  private enterInstance(instance: StoredInstance): EnteredDatabase | LakebaseRefusal {
    const suffix = this.instances.suffixOf(instance);
    if (this.instances.isOpen(instance)) return { leave: () => undefined, suffix };
    return { sqlState: '57P03', message: `Database instance ${instance.name} is not running.` };
  }

  private async enterEndpoint(endpoint: StoredResource): Promise<EnteredDatabase | LakebaseRefusal> {
    const status = fullStatus(endpoint);
    if (status['disabled'] === true) return { sqlState: '57P03', message: `Endpoint ${endpoint.name} is disabled.` };
    const timeout = /^(\d+(?:\.\d+)?)s$/.exec(String(status['suspend_timeout_duration']))?.[1];
    const seconds = status['no_suspension'] === true ? 0 : Number(timeout ?? 0);
    const suffix = this.resources.suffixOf(this.resources.get(endpoint.name.split('/').slice(0, 4).join('/')));
    return { leave: await this.computes.enter(endpoint.name, seconds * 1000), suffix };
  }
}
