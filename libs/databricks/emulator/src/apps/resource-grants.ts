import type { AppResource, SecretPermission } from '@lakescope/databricks-wire';
import type { Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import { SECRET_PERMISSIONS, type SecretScopes } from '../secrets/secret-scopes';
import type { Metastore } from '../unity-catalog/metastore';
import { toPrivilege } from '../unity-catalog/privileges';
import type { Rights } from '../unity-catalog/rights';
import { SECURABLE_TYPES } from '../unity-catalog/securables';
import { namedResource, type NamedResource } from './app-resource';

export interface GrantPlaces {
  readonly accessControl: AccessControl;
  readonly secretScopes: SecretScopes;
  readonly metastore: Pick<Metastore, 'find' | 'grant'>;
  readonly rights: Pick<Rights, 'requireManage'>;
  servingEndpointId(name: string): string | undefined;
}

/**
 * Gives an app's service principal what its resources say, as the platform does when they are added to the app. Whoever adds
 * one must manage it, or is refused; what is not there is told by the deployment. A database's role is made by its first login.
 */
export class ResourceGrants {
  constructor(private readonly places: GrantPlaces) {}

  async give(caller: Principal, app: string, resources: readonly AppResource[]): Promise<void> {
    for (const resource of resources) await this.giveOne(caller, app, namedResource(resource));
  }

  private async giveOne(caller: Principal, app: string, resource: NamedResource): Promise<void> {
    const { kind, fields, permission } = resource;
    switch (kind) {
      case 'sql_warehouse':
        return this.allow(caller, app, { type: 'sql/warehouses', id: fields['id'] ?? '' }, permission);
      case 'job':
        return this.allow(caller, app, { type: 'jobs', id: fields['id'] ?? '' }, permission);
      case 'app':
        return this.allow(caller, app, { type: 'apps', id: fields['name'] ?? '' }, permission);
      case 'serving_endpoint': {
        const id = this.places.servingEndpointId(fields['name'] ?? '') ?? '';
        return this.allow(caller, app, { type: 'serving-endpoints', id }, permission);
      }
      case 'secret':
        return this.allowSecret(caller, app, fields['scope'] ?? '', permission);
      case 'uc_securable':
        return this.grant(caller, app, resource);
      case 'database':
      case 'postgres':
      case 'experiment':
      case 'genie_space':
        return;
    }
  }

  private async allow(
    caller: Principal,
    app: string,
    address: { type: string; id: string },
    level: string,
  ): Promise<void> {
    const { accessControl } = this.places;
    const known = accessControl.find(address);
    if (known === undefined) return;
    const list = accessControl.listOf(known);
    if (list.some((grant) => grant.principal === app && grant.level === level)) return;
    accessControl.require(caller, address, known.type.managing);
    await accessControl.replace(known, [
      ...list.filter(({ principal }) => principal !== app),
      { principal: app, level },
    ]);
  }

  private async allowSecret(caller: Principal, app: string, name: string, wanted: string): Promise<void> {
    const scope = this.places.secretScopes.list().find((one) => one.name.toLowerCase() === name.toLowerCase());
    const permission = SECRET_PERMISSIONS.find((known): known is SecretPermission => known === wanted);
    if (scope === undefined || permission === undefined) return;
    if (scope.acls.some((acl) => acl.principal === app && acl.permission === permission)) return;
    await this.places.secretScopes.putAcl(caller, name, app, permission);
  }

  private async grant(caller: Principal, app: string, { fields, permission }: NamedResource): Promise<void> {
    const type = SECURABLE_TYPES.find((known) => known === fields['securable_type']);
    const securable = type && this.places.metastore.find(type, fields['securable_full_name'] ?? '');
    const privilege = toPrivilege(permission);
    if (securable === undefined || privilege === undefined) return;
    this.places.rights.requireManage(caller, securable);
    await this.places.metastore.grant(securable, app, [privilege]);
  }
}
