import type { AppResource, SecretPermission } from '@lakescope/databricks-wire';
import type { Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import type { ObjectAddress } from '../object-permissions/object-type';
import { SECRET_PERMISSIONS, type SecretScopes } from '../secrets/secret-scopes';
import type { Metastore } from '../unity-catalog/metastore';
import { toPrivilege } from '../unity-catalog/privileges';
import type { Rights } from '../unity-catalog/rights';
import { SECURABLE_TYPES, type Securable } from '../unity-catalog/securables';
import { namedResource, type NamedResource } from './app-resource';

export interface GrantPlaces {
  readonly accessControl: AccessControl;
  readonly secretScopes: SecretScopes;
  readonly metastore: Pick<Metastore, 'find' | 'grant' | 'revokeGrant'>;
  readonly rights: Pick<Rights, 'requireManage'>;
  servingEndpointId(name: string): string | undefined;
}

type Act = () => Promise<void>;

/**
 * Gives an app's service principal what its resources say, and takes it back, as the platform does when they are added to the
 * app and removed from it. Whoever adds one must manage it, or is refused; what is not there is told by the deployment. A
 * database's role is made by its first login, and stays.
 */
export class ResourceGrants {
  constructor(private readonly places: GrantPlaces) {}

  /** All of them, or none where the caller may not give one away. */
  async give(caller: Principal, app: string, resources: readonly AppResource[]): Promise<void> {
    const acts = resources.map((resource) => this.giving(caller, app, namedResource(resource)));
    for (const act of acts) await act?.();
  }

  /** What only resources say that are gone: who may change the app needs no right on them. */
  async takeBack(app: string, before: readonly AppResource[], after: readonly AppResource[]): Promise<void> {
    const kept = new Set(after.map((resource) => grantOf(namedResource(resource))));
    for (const resource of before.map(namedResource)) {
      if (!kept.has(grantOf(resource))) await this.takeOne(app, resource);
    }
  }

  private async takeOne(app: string, resource: NamedResource): Promise<void> {
    const { kind, fields, permission } = resource;
    const address = this.addressOf(resource);
    if (address !== undefined) return this.withdraw(app, address);
    if (kind === 'secret') return this.places.secretScopes.withdrawAcl(fields['scope'] ?? '', app);
    if (kind !== 'uc_securable') return;
    const securable = this.securableOf(resource);
    const privilege = toPrivilege(permission);
    if (securable === undefined || privilege === undefined) return;
    await this.places.metastore.revokeGrant(securable, app, [privilege]);
  }

  private async withdraw(app: string, address: ObjectAddress): Promise<void> {
    const { accessControl } = this.places;
    const known = accessControl.find(address);
    if (known === undefined) return;
    const list = accessControl.listOf(known);
    const left = list.filter(({ principal }) => principal !== app);
    if (left.length < list.length) await accessControl.replace(known, left);
  }

  /** What is to be done for one, once it is known that the caller may; undefined: nothing. Throws where the caller may not. */
  private giving(caller: Principal, app: string, resource: NamedResource): Act | undefined {
    const { kind, fields, permission } = resource;
    const address = this.addressOf(resource);
    if (address !== undefined) return this.allowing(caller, app, address, permission);
    if (kind === 'secret') return this.allowingSecret(caller, app, fields['scope'] ?? '', permission);
    if (kind === 'uc_securable') return this.granting(caller, app, resource);
    return undefined;
  }

  /** Of what has a list of permissions; undefined: rights on it are kept elsewhere, or not at all. */
  private addressOf({ kind, fields }: NamedResource): ObjectAddress | undefined {
    switch (kind) {
      case 'sql_warehouse':
        return { type: 'sql/warehouses', id: fields['id'] ?? '' };
      case 'job':
        return { type: 'jobs', id: fields['id'] ?? '' };
      case 'app':
        return { type: 'apps', id: fields['name'] ?? '' };
      case 'serving_endpoint':
        return { type: 'serving-endpoints', id: this.places.servingEndpointId(fields['name'] ?? '') ?? '' };
      case 'secret':
      case 'uc_securable':
      case 'database':
      case 'postgres':
      case 'experiment':
      case 'genie_space':
        return undefined;
    }
  }

  private securableOf({ fields }: NamedResource): Securable | undefined {
    const type = SECURABLE_TYPES.find((known) => known === fields['securable_type']);
    return type && this.places.metastore.find(type, fields['securable_full_name'] ?? '');
  }

  private allowing(caller: Principal, app: string, address: ObjectAddress, level: string): Act | undefined {
    const { accessControl } = this.places;
    const known = accessControl.find(address);
    if (known === undefined) return undefined;
    if (accessControl.listOf(known).some((grant) => grant.principal === app && grant.level === level)) return undefined;
    accessControl.require(caller, address, known.type.managing);
    return () => {
      const others = accessControl.listOf(known).filter(({ principal }) => principal !== app);
      return accessControl.replace(known, [...others, { principal: app, level }]);
    };
  }

  private allowingSecret(caller: Principal, app: string, name: string, wanted: string): Act | undefined {
    const { secretScopes } = this.places;
    const scope = secretScopes.list().find((one) => one.name.toLowerCase() === name.toLowerCase());
    const permission = SECRET_PERMISSIONS.find((known): known is SecretPermission => known === wanted);
    if (scope === undefined || permission === undefined) return undefined;
    if (scope.acls.some((acl) => acl.principal === app && acl.permission === permission)) return undefined;
    secretScopes.require(caller, name, 'MANAGE');
    return () => secretScopes.putAcl(caller, name, app, permission);
  }

  private granting(caller: Principal, app: string, resource: NamedResource): Act | undefined {
    const securable = this.securableOf(resource);
    const privilege = toPrivilege(resource.permission);
    if (securable === undefined || privilege === undefined) return undefined;
    this.places.rights.requireManage(caller, securable);
    return () => this.places.metastore.grant(securable, app, [privilege]);
  }
}

/**
 * What two resources have in common that are one grant: keys of a scope are let read together, privileges are told apart. Names of scopes
 * and securables do not mind their case.
 */
function grantOf({ kind, fields, permission }: NamedResource): string {
  if (kind === 'secret') return JSON.stringify([kind, fields['scope']?.toLowerCase()]);
  if (kind !== 'uc_securable') return JSON.stringify([kind, fields]);
  const { securable_type: type, securable_full_name: name } = fields;
  return JSON.stringify([kind, type, name?.toLowerCase(), permission]);
}
