import { randomUUID } from 'node:crypto';
import { ServiceRefusal, type Refusal } from '../http/refusals';
import type { JsonDocument } from '../state/json-document';
import { DEFAULT_BRANCH, DEFAULT_ENDPOINT } from './default-endpoint';
import { shortUid, type LakebaseDocument, type StoredResource } from './lakebase-document';
import {
  acceptedId,
  asFields,
  POSTGRES_KINDS,
  statusFromSpec,
  updatedStatus,
  type Fields,
  type PostgresKind,
} from './postgres-kinds';

/** The projects, branches, endpoints, databases and roles of Lakebase Autoscaling. */
export class PostgresResources {
  constructor(
    private readonly document: JsonDocument<LakebaseDocument>,
    /** How long something takes to be made: clients see that it is not done yet. */
    private readonly makingMilliseconds: number,
  ) {}

  /** Every ancestor must be there too; the first that is not is the one the platform names. */
  get(name: string): StoredResource {
    const parts = name.split('/');
    let found: StoredResource | undefined;
    for (let depth = 2; depth <= parts.length; depth += 2) {
      const path = parts.slice(0, depth).join('/');
      found = this.there().find((resource) => resource.name === path);
      if (found === undefined) throw missing(kindOf(path));
    }
    if (found === undefined) throw missing('project');
    return found;
  }

  find(name: string): StoredResource | undefined {
    return this.there().find((resource) => resource.name === name);
  }

  /** By name. */
  list(kind: PostgresKind, parent: string | undefined): readonly StoredResource[] {
    if (parent !== undefined) this.get(parent);
    const prefix = parent === undefined ? '' : `${parent}/`;
    return this.there()
      .filter((resource) => resource.kind === kind && resource.name.startsWith(prefix))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  async create(
    kind: PostgresKind,
    parent: string | undefined,
    wishes: { id: string | undefined; spec: Fields; owner: string; replaceExisting: boolean },
  ): Promise<StoredResource> {
    if (parent !== undefined) this.get(parent);
    const generated = kind === 'role' && wishes.id === undefined ? `role-${randomUUID().slice(0, 8)}` : wishes.id;
    const id = acceptedId(kind, generated);
    const { collection, duplicate } = POSTGRES_KINDS[kind];
    const name = parent === undefined ? `${collection}/${id}` : `${parent}/${collection}/${id}`;
    const existing = this.find(name);
    if (existing !== undefined) {
      if (!wishes.replaceExisting) throw duplicate();
      return this.replace({ ...existing, status: { ...existing.status, ...statusFromSpec(kind, wishes.spec) } });
    }
    const made = this.make(kind, name, wishes);
    // The platform makes a project's first branch, and every branch's own endpoint, by itself.
    const children: StoredResource[] = [];
    if (kind === 'project') children.push(this.make('branch', `${name}/branches/production`, managedBy(wishes.owner)));
    for (const branch of [made, ...children].filter((resource) => resource.kind === 'branch')) {
      children.push(this.make('endpoint', `${branch.name}/endpoints/primary`, managedBy(wishes.owner)));
    }
    await this.add([made, ...children]);
    return made;
  }

  async update(name: string, spec: Fields, mask: string | undefined): Promise<StoredResource> {
    const resource = this.get(name);
    return this.replace({ ...resource, status: updatedStatus(resource.kind, resource.status, spec, mask) });
  }

  /** Projects and branches can be brought back unless they are purged. */
  async remove(
    name: string,
    purge: boolean,
  ): Promise<{ removed: StoredResource; purgedBranches: readonly StoredResource[] }> {
    const resource = this.get(name);
    if (resource.kind === 'branch' && resource.status['is_protected'] === true) {
      throw new ServiceRefusal(400, 'BAD_REQUEST', 'cannot delete protected branch');
    }
    if (resource.managed) throw managedByParent(resource);
    const deletedAt = Date.now();
    const recoverable = (resource.kind === 'project' || resource.kind === 'branch') && !purge;
    const below = this.document.read().resources.filter((one) => `${one.name}/`.startsWith(`${name}/`));
    await this.change((other) => {
      if (other.name !== name && !other.name.startsWith(`${name}/`)) return other;
      return recoverable ? { ...other, deletedAt: other.deletedAt ?? deletedAt } : undefined;
    });
    return { removed: resource, purgedBranches: recoverable ? [] : below.filter(({ kind }) => kind === 'branch') };
  }

  /** `authorize` throws when the caller may not. */
  async undelete(name: string, authorize: (resource: StoredResource) => void): Promise<StoredResource> {
    const resource = this.document.read().resources.find((candidate) => candidate.name === name);
    if (resource === undefined) throw missing(kindOf(name));
    authorize(resource);
    const { deletedAt } = resource;
    if (deletedAt === undefined) throw new ServiceRefusal(400, 'BAD_REQUEST', `${resource.kind} is not deleted`);
    await this.change((other) => {
      const together = other.name === name || (other.name.startsWith(`${name}/`) && other.deletedAt === deletedAt);
      return together ? restored(other) : other;
    });
    return this.get(name);
  }

  /** What the names of a branch's databases end in, in the one Postgres behind all; empty for the default branch. */
  suffixOf({ name, uid }: StoredResource): string {
    return name === DEFAULT_BRANCH ? '' : `_${uid.replaceAll('-', '').slice(0, 10)}`;
  }

  /** The gateway's own name for the default endpoint; others are told apart by theirs. */
  hostOf({ name, uid }: StoredResource): string {
    return name === DEFAULT_ENDPOINT ? 'localhost' : `${uid}.lakebase.localhost`;
  }

  private there(): readonly StoredResource[] {
    return this.document.read().resources.filter(({ deletedAt }) => deletedAt === undefined);
  }

  private make(
    kind: PostgresKind,
    name: string,
    { spec, owner, managed = false }: { spec: Fields; owner: string; managed?: boolean },
  ): StoredResource {
    const now = Date.now();
    const isDefaultBranch = kind === 'branch' && managed;
    return {
      kind,
      name,
      uid: kind === 'branch' ? shortUid('br') : kind === 'endpoint' ? shortUid('ep') : randomUUID(),
      owner,
      createdAt: now,
      updatedAt: now,
      managed,
      readyAt: now + this.makingMilliseconds,
      status: { ...(isDefaultBranch ? { default: true } : {}), ...statusFromSpec(kind, spec) },
    };
  }

  private add(resources: readonly StoredResource[]): Promise<void> {
    const document = this.document.read();
    const names = resources.map(({ name }) => name);
    // A deleted one of the same name can then no longer be brought back.
    const others = document.resources.filter(({ name }) => !names.includes(name));
    return this.document.write({ ...document, resources: [...others, ...resources] });
  }

  private async replace(resource: StoredResource): Promise<StoredResource> {
    const updated = { ...resource, updatedAt: Date.now() };
    await this.change((other) => (other.name === resource.name ? updated : other));
    return updated;
  }

  private change(act: (resource: StoredResource) => StoredResource | undefined): Promise<void> {
    const document = this.document.read();
    return this.document.write({ ...document, resources: document.resources.flatMap((one) => act(one) ?? []) });
  }
}

/** Its status as the API shows it: what it says of itself by default, then what was asked for. */
export function fullStatus(resource: StoredResource): Fields {
  const id = resource.name.split('/').at(-1) ?? '';
  const defaults = POSTGRES_KINDS[resource.kind].defaults(id, resource.name);
  const status: Record<string, unknown> = { ...defaults, ...resource.status };
  for (const nested of ['default_endpoint_settings', 'attributes']) {
    if (defaults[nested] !== undefined) status[nested] = { ...asFields(defaults[nested]), ...asFields(status[nested]) };
  }
  if (resource.kind === 'project') status['owner'] = resource.owner;
  if (resource.kind === 'branch') {
    status['current_state'] = Date.now() < resource.readyAt ? 'INIT' : 'READY';
    status['state_change_time'] = new Date(resource.readyAt).toISOString();
  }
  return status;
}

function managedBy(owner: string): { spec: Fields; owner: string; managed: boolean } {
  return { spec: {}, owner, managed: true };
}

function restored({ deletedAt: _, ...resource }: StoredResource): StoredResource {
  return resource;
}

function kindOf(path: string): PostgresKind {
  const collection = path.split('/').at(-2);
  const entries = Object.entries(POSTGRES_KINDS) as [PostgresKind, { collection: string }][];
  return entries.find(([, rules]) => rules.collection === collection)?.[0] ?? 'project';
}

function missing(kind: PostgresKind): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', `${kind} id not found [TraceId: ${randomUUID()}]`);
}

function managedByParent({ kind, name }: StoredResource): Refusal {
  const message =
    kind === 'branch'
      ? `Cannot delete root branch '${name}'. Root branches cannot be deleted independently.`
      : `Cannot delete read-write endpoint '${name}'. Read-write endpoints cannot be deleted.`;
  return new ServiceRefusal(400, 'BAD_REQUEST', message, {
    reason: { reason: 'RESOURCE_CONFLICT', metadata: { declarative_context: 'MANAGED_BY_PARENT' } },
  });
}
