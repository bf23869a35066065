import { randomBytes } from 'node:crypto';
import type { ServingPermissionLevel } from '@lakescope/databricks-wire';
import { ServiceRefusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import { SERVING_ENDPOINTS, type ObjectAddress, type PermissionedObject } from '../object-permissions/object-type';
import type { JsonDocument } from '../state/json-document';
import { configFrom, type NewConfig } from './config-request';
import { Deployment, type DeploymentTimes, type LoadModel } from './deployment';
import { changedTags, gatewayFrom, newEndpoint } from './endpoint-request';
import type { ServingDocument, StoredConfig, StoredEndpoint } from './serving-document';
import { Traffic } from './traffic';

export interface ServingParts {
  readonly accessControl: AccessControl;
  readonly times: DeploymentTimes;
  readonly load: LoadModel;
  /** Refuses a configuration of models that are not there, or that the caller may not use. */
  admit(caller: Principal, config: NewConfig): void;
  /** The rate limits of an endpoint are others now, or it is gone. */
  limitsChanged(endpointId: string): void;
}

/** What runs for an endpoint: the deployments of a configuration. */
export interface Running {
  readonly version: number;
  readonly deployments: readonly Deployment[];
  readonly traffic: Traffic;
}

/** The serving endpoints of the workspace. What they are survives restarts; what scales to zero is cold after one. */
export class ServingEndpoints {
  private readonly active = new Map<string, Running>();
  private readonly pending = new Map<string, Running>();
  /** Of each endpoint its last deployment. */
  private readonly deploying = new Map<string, Promise<void>>();

  constructor(
    private readonly document: JsonDocument<ServingDocument>,
    private readonly parts: ServingParts,
  ) {
    parts.accessControl.register({ ...SERVING_ENDPOINTS, find: (id) => this.permissioned(id) });
    for (const endpoint of this.all) this.resume(endpoint);
  }

  /** Those the caller may see, by name. */
  list(caller: Principal): readonly StoredEndpoint[] {
    return this.all
      .filter(({ id }) => this.parts.accessControl.may(caller, addressOf(id), 'CAN_VIEW'))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  find(name: string): StoredEndpoint | undefined {
    return this.all.find((endpoint) => endpoint.name === name);
  }

  /** The endpoint, if the caller may do this with it; otherwise the platform's refusal. */
  require(caller: Principal, name: string, level: ServingPermissionLevel): StoredEndpoint {
    const endpoint = this.find(name);
    if (endpoint === undefined) {
      throw new ServiceRefusal(
        404,
        'RESOURCE_DOES_NOT_EXIST',
        `Endpoint with name '${name.slice(0, 200)}' does not exist.`,
      );
    }
    this.parts.accessControl.require(caller, addressOf(endpoint.id), level);
    return endpoint;
  }

  /** The strongest of the caller's levels; he may see the endpoint. */
  levelOf(caller: Principal, { id }: StoredEndpoint): ServingPermissionLevel {
    const may = (level: string): boolean => this.parts.accessControl.may(caller, addressOf(id), level);
    if (may('CAN_MANAGE')) return 'CAN_MANAGE';
    return may('CAN_QUERY') ? 'CAN_QUERY' : 'CAN_VIEW';
  }

  /** Answers once it is kept; the deployment goes on. */
  async create(caller: Principal, body: unknown): Promise<StoredEndpoint> {
    const { config, ...asked } = newEndpoint(body);
    if (this.find(asked.name) !== undefined) {
      throw new ServiceRefusal(409, 'RESOURCE_ALREADY_EXISTS', `Endpoint with name '${asked.name}' already exists.`);
    }
    if (config !== undefined) this.parts.admit(caller, config);
    const now = Date.now();
    const id = randomBytes(16).toString('hex');
    const made: StoredEndpoint = { id, creator: caller.name, createdAt: now, updatedAt: now, ...asked };
    const endpoint = config === undefined ? made : { ...made, pending: configOf(caller, config, 1) };
    await this.save([...this.all, endpoint]);
    if (endpoint.pending !== undefined) this.deploy(endpoint, endpoint.pending);
    return endpoint;
  }

  async updateConfig(caller: Principal, name: string, body: unknown): Promise<StoredEndpoint> {
    const endpoint = this.require(caller, name, 'CAN_MANAGE');
    const config = configFrom(body);
    this.refuseDuringUpdate(endpoint);
    this.parts.admit(caller, config);
    const latest = Math.max(endpoint.config?.version ?? 0, endpoint.pending?.version ?? 0);
    const pending = configOf(caller, config, latest + 1);
    const { failures: _failures, ...rest } = endpoint;
    const updated = { ...rest, pending, updatedAt: Date.now() };
    await this.replace(updated);
    this.deploy(updated, pending);
    return updated;
  }

  async changeTags(caller: Principal, name: string, body: unknown): Promise<StoredEndpoint> {
    const endpoint = this.require(caller, name, 'CAN_MANAGE');
    const updated = { ...endpoint, tags: changedTags(endpoint.tags, body), updatedAt: Date.now() };
    await this.replace(updated);
    return updated;
  }

  async changeGateway(caller: Principal, name: string, body: unknown): Promise<StoredEndpoint> {
    const endpoint = this.require(caller, name, 'CAN_MANAGE');
    const updated = { ...endpoint, ...gatewayFrom(body), updatedAt: Date.now() };
    this.parts.limitsChanged(endpoint.id);
    await this.replace(updated);
    return updated;
  }

  async remove(caller: Principal, name: string): Promise<void> {
    const { id } = this.require(caller, name, 'CAN_MANAGE');
    for (const running of [this.active, this.pending]) {
      for (const deployment of running.get(id)?.deployments ?? []) deployment.close();
      running.delete(id);
    }
    this.deploying.delete(id);
    this.parts.limitsChanged(id);
    await Promise.all([
      this.save(this.all.filter((other) => other.id !== id)),
      this.parts.accessControl.forget([addressOf(id)]),
    ]);
  }

  /** Makes this the whole list of an endpoint that somebody has just made. */
  async allow(name: string, grants: readonly { principal: string; level: ServingPermissionLevel }[]): Promise<void> {
    const endpoint = this.find(name);
    const known = endpoint === undefined ? undefined : this.parts.accessControl.find(addressOf(endpoint.id));
    if (known === undefined) throw new RangeError(`There is no serving endpoint '${name}'`);
    await this.parts.accessControl.replace(known, [...known.object.initially, ...grants]);
  }

  /** Resolves when the deployment of an endpoint that is under way is over, well or not. */
  async settled(name: string): Promise<void> {
    await this.deploying.get(this.find(name)?.id ?? '');
  }

  /** What answers its requests now; undefined until the first configuration has been deployed. */
  runningOf({ id }: StoredEndpoint): Running | undefined {
    return this.active.get(id);
  }

  /** What is being deployed, or what could not be. */
  pendingOf({ id }: StoredEndpoint): Running | undefined {
    return this.pending.get(id);
  }

  /** A served entity that answers requests, or else one that is being deployed. */
  deploymentOf(endpoint: StoredEndpoint, served: string): Deployment | undefined {
    const all = [this.active.get(endpoint.id), this.pending.get(endpoint.id)].flatMap((one) => one?.deployments ?? []);
    return all.find(({ entity }) => entity.name === served);
  }

  /** Stops all that runs, and waits for what is being written. */
  async close(): Promise<void> {
    for (const { deployments } of [...this.active.values(), ...this.pending.values()]) {
      for (const deployment of deployments) deployment.close();
    }
    this.pending.clear();
    await Promise.all(this.deploying.values());
    await this.document.settle();
  }

  private resume(endpoint: StoredEndpoint): void {
    const { id, config, pending, failures } = endpoint;
    if (config !== undefined) {
      const running = this.running(config);
      for (const deployment of running.deployments) deployment.resume();
      this.active.set(id, running);
    }
    if (pending === undefined) return;
    if (failures === undefined) {
      this.deploy(endpoint, pending);
      return;
    }
    const failed = this.running(pending);
    for (const deployment of failed.deployments) {
      deployment.resumeFailed(failures[deployment.entity.name] ?? 'Another served entity failed');
    }
    this.pending.set(id, failed);
  }

  private running(config: StoredConfig): Running {
    const { load, times } = this.parts;
    const deployments = config.entities.map((entity) => new Deployment(entity, load, times));
    return { version: config.version, deployments, traffic: new Traffic(config.routes) };
  }

  private deploy({ id }: StoredEndpoint, config: StoredConfig): void {
    // It may be gone by now: keeping it took a moment.
    if (!this.all.some((endpoint) => endpoint.id === id)) return;
    const running = this.running(config);
    this.pending.set(id, running);
    const built = Promise.all(running.deployments.map((deployment) => deployment.build()));
    this.deploying.set(
      id,
      built.then(() => this.deployed(id, running)),
    );
  }

  /** A configuration takes over when all of it is ready; otherwise the one before it goes on. */
  private async deployed(id: string, running: Running): Promise<void> {
    // The endpoint is gone, or the workspace closes: it is deployed anew when it starts again.
    const endpoint = this.all.find((other) => other.id === id);
    if (endpoint === undefined || this.pending.get(id) !== running) return;
    const failed = running.deployments.filter(({ state }) => state !== 'DEPLOYMENT_READY');
    if (failed.length > 0) {
      const failures = Object.fromEntries(failed.map(({ entity, message }) => [entity.name, message]));
      await this.replace({ ...endpoint, failures, updatedAt: Date.now() });
      return;
    }
    for (const deployment of this.active.get(id)?.deployments ?? []) deployment.close();
    this.active.set(id, running);
    this.pending.delete(id);
    const { pending, failures: _failures, ...rest } = endpoint;
    await this.replace({ ...rest, ...(pending === undefined ? {} : { config: pending }), updatedAt: Date.now() });
  }

  private refuseDuringUpdate({ name, pending, failures }: StoredEndpoint): void {
    if (pending === undefined || failures !== undefined) return;
    throw new ServiceRefusal(
      409,
      'RESOURCE_CONFLICT',
      `Endpoint '${name}' is being updated. Wait until the update is done before you start another.`,
    );
  }

  private get all(): readonly StoredEndpoint[] {
    return this.document.read().endpoints;
  }

  private replace(endpoint: StoredEndpoint): Promise<void> {
    return this.save(this.all.map((other) => (other.id === endpoint.id ? endpoint : other)));
  }

  private save(endpoints: readonly StoredEndpoint[]): Promise<void> {
    return this.document.write({ endpoints: [...endpoints] });
  }

  private permissioned(id: string): PermissionedObject | undefined {
    const endpoint = this.all.find((other) => other.id === id);
    if (endpoint === undefined) return undefined;
    return { id, name: endpoint.name, initially: [{ principal: endpoint.creator, level: 'CAN_MANAGE' }] };
  }
}

function configOf(caller: Principal, { entities, routes }: NewConfig, version: number): StoredConfig {
  const now = Date.now();
  return {
    version,
    startedAt: now,
    entities: entities.map((entity) => ({ ...entity, creator: caller.name, createdAt: now })),
    routes,
  };
}

function addressOf(id: string): ObjectAddress {
  return { type: SERVING_ENDPOINTS.names[0], id };
}
