import type { Disposition, ResultFormat, Warehouse } from '@lakescope/databricks-wire';
import { invalidParameter, permissionDenied, ServiceRefusal } from '../../http/refusals';
import { ADMINS, type Principal } from '../../identity/directory';
import type { AccessControl } from '../../object-permissions/access-control';
import {
  EVERYBODY,
  SQL_WAREHOUSES,
  type ObjectAddress,
  type PermissionedObject,
} from '../../object-permissions/object-type';
import type { JsonDocument } from '../../state/json-document';
import { WarehouseCompute, type ComputeTimes } from './warehouse-compute';
import { editedSettings, newSettings } from './warehouse-settings';
import { newWarehouseId, type StoredWarehouse, type WarehousesDocument } from './warehouses-document';

const MINUTE = 60_000;

/** What somebody must be allowed to for a call; seeing a warehouse is part of everything else. */
export type WarehouseLevel = 'CAN_VIEW' | 'CAN_USE' | 'CAN_MANAGE';

/** A way to get results; some of the platform's warehouses refuse all but one. */
export interface ResultOffer {
  readonly disposition: Disposition;
  readonly format: ResultFormat;
}

/** The SQL warehouses of the workspace. What they are survives restarts; all are cold after one. */
export class Warehouses {
  private readonly computes = new Map<string, WarehouseCompute>();
  private readonly offers = new Map<string, readonly ResultOffer[]>();

  constructor(
    private readonly document: JsonDocument<WarehousesDocument>,
    private readonly times: ComputeTimes,
    private readonly access: AccessControl,
  ) {
    access.register({ ...SQL_WAREHOUSES, find: (id) => this.permissioned(id) });
  }

  /** The one the workspace was made with. */
  get defaultId(): string {
    return this.document.read().defaultId;
  }

  /** Those the caller may see, by name. */
  list(caller: Principal): readonly StoredWarehouse[] {
    const seen = this.all.filter(({ id }) => this.may(caller, id, 'CAN_VIEW'));
    return seen.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  }

  /** The warehouse, if the caller may do this with it; otherwise the platform's refusal. */
  require(caller: Principal, id: string, level: WarehouseLevel): StoredWarehouse {
    if (!/^[0-9a-f]{16}$/.test(id)) throw invalidParameter(`${id.slice(0, 100)} is not a valid endpoint id.`);
    const warehouse = this.all.find((other) => other.id === id);
    if (warehouse === undefined) {
      throw new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', `SQL warehouse ${id} does not exist.`);
    }
    if (!this.may(caller, id, level)) this.access.require(caller, addressOf(id), level);
    return warehouse;
  }

  /** Answers the id. A new warehouse starts at once. */
  async create(caller: Principal, body: unknown): Promise<string> {
    if (!isAdmin(caller) && !caller.entitlements.includes('allow-cluster-create')) {
      throw permissionDenied('You do not have permission to create SQL warehouses.');
    }
    const settings = newSettings(body);
    this.refuseTakenName(settings.name);
    const warehouse = { id: newWarehouseId(), creator: caller.name, ...settings };
    const saved = this.save([...this.all, warehouse]);
    this.compute(warehouse).start();
    await saved;
    return warehouse.id;
  }

  async edit(caller: Principal, id: string, body: unknown): Promise<void> {
    const warehouse = this.require(caller, id, 'CAN_MANAGE');
    const edited = { ...warehouse, ...editedSettings(warehouse, body) };
    this.refuseTakenName(edited.name, id);
    this.compute(warehouse).stopAfter(edited.autoStopMinutes * MINUTE);
    await this.save(this.all.map((other) => (other.id === id ? edited : other)));
  }

  start(caller: Principal, id: string): void {
    this.compute(this.require(caller, id, 'CAN_USE')).start();
  }

  stop(caller: Principal, id: string): void {
    this.compute(this.require(caller, id, 'CAN_MANAGE')).stop();
  }

  async remove(caller: Principal, id: string): Promise<void> {
    const warehouse = this.require(caller, id, 'CAN_MANAGE');
    this.compute(warehouse).close();
    this.computes.delete(id);
    this.offers.delete(id);
    await Promise.all([this.save(this.all.filter((other) => other.id !== id)), this.access.forget([addressOf(id)])]);
  }

  /** What runs behind it. */
  compute({ id, autoStopMinutes }: StoredWarehouse): WarehouseCompute {
    const known = this.computes.get(id) ?? new WarehouseCompute(this.times, autoStopMinutes * MINUTE);
    this.computes.set(id, known);
    return known;
  }

  /** From now on the warehouse refuses all other ways to get results; without any it takes all again. */
  offerOnly(id: string, offers: readonly ResultOffer[]): void {
    if (!this.all.some((warehouse) => warehouse.id === id)) throw new RangeError(`There is no warehouse ${id}`);
    if (offers.length === 0) this.offers.delete(id);
    else this.offers.set(id, offers);
  }

  /** The ways a warehouse is limited to, if it is. */
  offersOf(id: string): readonly ResultOffer[] | undefined {
    return this.offers.get(id);
  }

  describe(warehouse: StoredWarehouse, host: URL): Warehouse {
    const { id, clusterSize, minClusters, maxClusters, tags } = warehouse;
    const compute = this.compute(warehouse);
    const path = `/sql/1.0/warehouses/${id}`;
    const port = Number(host.port);
    const running = compute.state === 'RUNNING';
    return {
      id,
      name: warehouse.name,
      state: compute.state,
      cluster_size: clusterSize,
      min_num_clusters: minClusters,
      max_num_clusters: maxClusters,
      num_clusters: running ? minClusters : 0,
      num_active_sessions: compute.activeSessions,
      auto_stop_mins: warehouse.autoStopMinutes,
      warehouse_type: warehouse.type,
      enable_serverless_compute: warehouse.serverless,
      enable_photon: warehouse.photon,
      spot_instance_policy: warehouse.spotInstancePolicy,
      creator_name: warehouse.creator,
      jdbc_url: `jdbc:spark://${host.host}/default;transportMode=http;ssl=0;AuthMech=3;httpPath=${path};`,
      odbc_params: { hostname: host.hostname, path, port, protocol: host.protocol.replace(':', '') },
      // Always there: official SDKs read a field of it while they wait for a warehouse to start.
      health: running ? { status: 'HEALTHY' } : {},
      channel: { name: warehouse.channel },
      tags: { custom_tags: tags.map((tag) => ({ ...tag })) },
    };
  }

  /** Stops all that run, and waits for what is being written. */
  async close(): Promise<void> {
    for (const compute of this.computes.values()) compute.close();
    await this.document.settle();
  }

  private get all(): readonly StoredWarehouse[] {
    return this.document.read().warehouses;
  }

  private save(warehouses: readonly StoredWarehouse[]): Promise<void> {
    return this.document.write({ ...this.document.read(), warehouses: [...warehouses] });
  }

  private refuseTakenName(name: string, except?: string): void {
    if (this.all.some((warehouse) => warehouse.name === name && warehouse.id !== except)) {
      throw invalidParameter(`SQL warehouse with name \`${name}\` already exists`);
    }
  }

  /** Whoever may use a warehouse sees it, too; the levels do not say so. */
  private may(caller: Principal, id: string, level: WarehouseLevel): boolean {
    const levels = level === 'CAN_VIEW' ? [level, 'CAN_USE'] : [level];
    return levels.some((each) => this.access.may(caller, addressOf(id), each));
  }

  /** The starter warehouse is for everybody, as on the platform; another one is its creator's. */
  private permissioned(id: string): PermissionedObject | undefined {
    const warehouse = this.all.find((other) => other.id === id);
    if (warehouse === undefined) return undefined;
    const owner = { principal: warehouse.creator, level: 'IS_OWNER' };
    const everybody = { principal: EVERYBODY, level: 'CAN_USE' };
    return { id, name: warehouse.name, initially: id === this.defaultId ? [owner, everybody] : [owner] };
  }
}

function addressOf(id: string): ObjectAddress {
  return { type: SQL_WAREHOUSES.names[0], id };
}

/** Where a warehouse stands in lists: names are unique. */
export function keyOf({ name }: StoredWarehouse): string {
  return name;
}

function isAdmin(caller: Principal): boolean {
  return caller.groups.includes(ADMINS);
}
