import { randomUUID } from 'node:crypto';
import type { DatabaseInstance, DatabaseInstanceState } from '@lakescope/databricks-wire';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { JsonDocument } from '../state/json-document';
import type { LakebaseDocument, StoredInstance } from './lakebase-document';

/** What a client may say about an instance. */
export interface InstanceWishes {
  readonly capacity?: string;
  readonly nodeCount?: number;
  readonly retentionDays?: number;
  readonly stopped?: boolean;
  readonly nativeLogin?: boolean;
  readonly readableSecondaries?: boolean;
}

/** The Lakebase Provisioned instances there are, and the states they go through. */
export class DatabaseInstances {
  constructor(
    private readonly document: JsonDocument<LakebaseDocument>,
    private readonly defaultName: string,
    /** How long something takes: clients see the states in between. */
    private readonly passingMilliseconds: number,
    private readonly postgresMajor: number,
  ) {}

  list(): readonly StoredInstance[] {
    const there = this.document.read().instances.filter((instance) => stateOf(instance) !== undefined);
    return there.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  get(name: string): StoredInstance {
    const found = this.list().find((instance) => instance.name === name);
    if (found === undefined) throw missing(name);
    return found;
  }

  getByUid(uid: string): StoredInstance {
    const found = this.list().find((instance) => instance.uid === uid);
    if (found === undefined) throw missing(uid);
    return found;
  }

  async create(name: string, wishes: InstanceWishes, creator: string): Promise<StoredInstance> {
    if (!/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/.test(name)) {
      throw invalidParameter('name must be 2-63 lower case letters, digits and hyphens, and start with a letter');
    }
    if (this.list().some((instance) => instance.name === name)) {
      throw new ServiceRefusal(409, 'ALREADY_EXISTS', `Database instance '${name}' already exists.`);
    }
    const instance: StoredInstance = {
      name,
      uid: randomUUID(),
      creator,
      createdAt: Date.now(),
      capacity: 'CU_1',
      nodeCount: 1,
      retentionDays: 7,
      stopped: false,
      nativeLogin: false,
      readableSecondaries: false,
      ...wishes,
      passing: { state: 'STARTING', until: Date.now() + this.passingMilliseconds },
    };
    await this.replace(name, instance);
    return instance;
  }

  async update(name: string, wishes: InstanceWishes): Promise<StoredInstance> {
    const instance = this.get(name);
    const starts = instance.stopped && wishes.stopped === false;
    const until = Date.now() + this.passingMilliseconds;
    const updated: StoredInstance = {
      ...instance,
      ...wishes,
      passing: { state: starts ? 'STARTING' : 'UPDATING', until },
    };
    await this.replace(name, updated);
    return updated;
  }

  /** From then on nobody gets in. */
  async remove(name: string): Promise<StoredInstance> {
    const instance = this.get(name);
    const until = Date.now() + this.passingMilliseconds;
    await this.replace(name, { ...instance, passing: { state: 'DELETING', until } });
    return instance;
  }

  describe(instance: StoredInstance): DatabaseInstance {
    const host = this.hostOf(instance);
    return {
      name: instance.name,
      uid: instance.uid,
      state: stateOf(instance) ?? 'DELETING',
      capacity: instance.capacity,
      pg_version: `PG_VERSION_${this.postgresMajor}`,
      read_write_dns: host,
      read_only_dns: host,
      creator: instance.creator,
      creation_time: new Date(instance.createdAt).toISOString(),
      effective_stopped: instance.stopped,
      effective_node_count: instance.nodeCount,
      effective_retention_window_in_days: instance.retentionDays,
      effective_capacity: instance.capacity,
      effective_enable_pg_native_login: instance.nativeLogin,
      effective_enable_readable_secondaries: instance.readableSecondaries,
    };
  }

  /** The gateway's own name for the default instance; others are told apart by theirs. */
  hostOf({ name, uid }: StoredInstance): string {
    return name === this.defaultName ? 'localhost' : `instance-${uid}.lakebase.localhost`;
  }

  /** What the names of its databases end in, in the one Postgres behind all; empty for the default instance. */
  suffixOf(instance: StoredInstance): string {
    return this.hostOf(instance) === 'localhost' ? '' : `_${instance.uid.slice(0, 8)}`;
  }

  /** Whether somebody may log into it now. */
  isOpen(instance: StoredInstance): boolean {
    const state = stateOf(instance);
    return state === 'AVAILABLE' || state === 'UPDATING';
  }

  private async replace(name: string, instance: StoredInstance): Promise<void> {
    const document = this.document.read();
    const others = document.instances.filter((other) => other.name !== name && stateOf(other) !== undefined);
    await this.document.write({ ...document, instances: [...others, instance] });
  }
}

/** Undefined: it is gone. */
function stateOf({ passing, stopped }: StoredInstance): DatabaseInstanceState | undefined {
  if (passing !== undefined && Date.now() < passing.until) return passing.state;
  if (passing?.state === 'DELETING') return undefined;
  return stopped ? 'STOPPED' : 'AVAILABLE';
}

function missing(name: string): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', `Database instance '${name.slice(0, 100)}' does not exist.`);
}
