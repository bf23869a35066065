import type { SecretPermission } from '@lakescope/databricks-wire';
import { invalidParameter, permissionDenied, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Directory, type Principal } from '../identity/directory';
import { EVERYBODY } from '../object-permissions/object-type';
import type { JsonDocument } from '../state/json-document';
import type { SecretsDocument, StoredScope, StoredSecret } from './secrets-document';

/** Limits of the Secrets API reference and of the page on secret scopes. */
const LONGEST_NAME = 128;
const MOST_SCOPES = 1000;
const MOST_SECRETS = 1000;
const LARGEST_VALUE = 128 * 1024;

export const SECRET_PERMISSIONS: readonly SecretPermission[] = ['READ', 'WRITE', 'MANAGE'];

/** Secret scopes, what is in them and who may read, write or manage them. Names of scopes do not mind their case. */
export class SecretScopes {
  constructor(
    private readonly document: JsonDocument<SecretsDocument>,
    private readonly directory: Directory,
  ) {}

  /** Everybody may know which scopes there are. */
  list(): readonly StoredScope[] {
    return this.document.read().scopes;
  }

  async create(caller: Principal, name: string, forEverybody: boolean): Promise<void> {
    if (name === '' || name.length > LONGEST_NAME) {
      throw invalidParameter(`Scope name must be non-empty and at most ${LONGEST_NAME} characters!`);
    }
    if (!/^[\w.@-]+$/.test(name)) {
      throw invalidParameter(
        'Scope name must consist of alphanumeric characters, dashes, underscores, @, and periods!',
      );
    }
    const { scopes } = this.document.read();
    if (this.find(name) !== undefined) {
      throw new ServiceRefusal(400, 'RESOURCE_ALREADY_EXISTS', `Scope ${name} already exists!`);
    }
    if (scopes.length >= MOST_SCOPES) {
      throw new ServiceRefusal(
        400,
        'RESOURCE_LIMIT_EXCEEDED',
        `The workspace has reached the limit of ${MOST_SCOPES} secret scopes.`,
      );
    }
    const principal = forEverybody ? EVERYBODY : caller.name;
    await this.document.write({
      scopes: [...scopes, { name, acls: [{ principal, permission: 'MANAGE' }], secrets: [] }],
    });
  }

  async delete(caller: Principal, name: string): Promise<void> {
    const scope = this.require(caller, name, 'MANAGE');
    const { scopes } = this.document.read();
    await this.document.write({ scopes: scopes.filter((other) => other !== scope) });
  }

  /** The scope, for somebody who holds the permission or a stronger one; otherwise a refusal. */
  require(caller: Principal, name: string, needed: SecretPermission): StoredScope {
    const scope = this.find(name);
    if (scope === undefined) {
      throw new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', `Scope ${name.slice(0, 200)} does not exist!`);
    }
    const enough = SECRET_PERMISSIONS.slice(SECRET_PERMISSIONS.indexOf(needed));
    const may =
      caller.groups.includes(ADMINS) ||
      scope.acls.some(
        ({ principal, permission }) =>
          enough.includes(permission) &&
          (principal === EVERYBODY || principal === caller.name || caller.groups.includes(principal)),
      );
    if (!may) throw permissionDenied(`User ${caller.name} does not have ${needed} permission on scope ${scope.name}.`);
    return scope;
  }

  secret(caller: Principal, name: string, key: string): StoredSecret {
    const scope = this.require(caller, name, 'READ');
    const secret = scope.secrets.find((stored) => stored.key === key);
    if (secret === undefined) throw noSuchSecret(scope, key);
    return secret;
  }

  /** Puts a new value, or one in place of what is there. */
  async put(caller: Principal, name: string, key: string, value: Buffer): Promise<void> {
    const scope = this.require(caller, name, 'WRITE');
    if (key.length > LONGEST_NAME || !/^[\w.-]+$/.test(key)) {
      throw invalidParameter(
        `Secret key must consist of alphanumeric characters, dashes, underscores, and periods, and cannot exceed ${LONGEST_NAME} characters.`,
      );
    }
    if (value.length > LARGEST_VALUE) throw invalidParameter('The maximum allowed secret value size is 128 KB.');
    const others = scope.secrets.filter((stored) => stored.key !== key);
    if (others.length >= MOST_SECRETS) {
      throw new ServiceRefusal(
        400,
        'RESOURCE_LIMIT_EXCEEDED',
        `Scope ${scope.name} has reached the limit of ${MOST_SECRETS} secrets.`,
      );
    }
    const stored = { key, value: value.toString('base64'), updatedAt: Date.now() };
    await this.replace(scope, { secrets: [...others, stored] });
  }

  async deleteSecret(caller: Principal, name: string, key: string): Promise<void> {
    const scope = this.require(caller, name, 'WRITE');
    const left = scope.secrets.filter((stored) => stored.key !== key);
    if (left.length === scope.secrets.length) throw noSuchSecret(scope, key);
    await this.replace(scope, { secrets: left });
  }

  acl(caller: Principal, name: string, principal: string): StoredScope['acls'][number] {
    const scope = this.require(caller, name, 'MANAGE');
    const acl = scope.acls.find((entry) => entry.principal === principal);
    if (acl === undefined) throw noSuchAcl(scope, principal);
    return acl;
  }

  async putAcl(caller: Principal, name: string, principal: string, permission: SecretPermission): Promise<void> {
    const scope = this.require(caller, name, 'MANAGE');
    if (!this.isSomebody(principal)) {
      throw invalidParameter(`Principal ${principal.slice(0, 200)} does not exist in the workspace.`);
    }
    const others = scope.acls.filter((entry) => entry.principal !== principal);
    await this.replace(scope, { acls: [...others, { principal, permission }] });
  }

  /** As the platform itself, which nobody has to let. Nothing happens where there is no such scope or entry. */
  async withdrawAcl(name: string, principal: string): Promise<void> {
    const scope = this.find(name);
    const left = scope?.acls.filter((entry) => entry.principal !== principal);
    if (scope === undefined || left === undefined || left.length === scope.acls.length) return;
    await this.replace(scope, { acls: left });
  }

  async deleteAcl(caller: Principal, name: string, principal: string): Promise<void> {
    const scope = this.require(caller, name, 'MANAGE');
    const left = scope.acls.filter((entry) => entry.principal !== principal);
    if (left.length === scope.acls.length) throw noSuchAcl(scope, principal);
    await this.replace(scope, { acls: left });
  }

  settle(): Promise<void> {
    return this.document.settle();
  }

  private find(name: string): StoredScope | undefined {
    const wanted = name.toLowerCase();
    return this.document.read().scopes.find((scope) => scope.name.toLowerCase() === wanted);
  }

  private isSomebody(principal: string): boolean {
    return (
      principal === EVERYBODY ||
      this.directory.find(principal) !== undefined ||
      this.directory.groups.some(({ displayName }) => displayName === principal)
    );
  }

  private async replace(scope: StoredScope, changed: Partial<StoredScope>): Promise<void> {
    const { scopes } = this.document.read();
    await this.document.write({ scopes: scopes.map((other) => (other === scope ? { ...scope, ...changed } : other)) });
  }
}

function noSuchSecret({ name }: StoredScope, key: string): ServiceRefusal {
  return new ServiceRefusal(
    404,
    'RESOURCE_DOES_NOT_EXIST',
    `Secret does not exist with scope: ${name} and key: ${key.slice(0, 200)}`,
  );
}

function noSuchAcl({ name }: StoredScope, principal: string): ServiceRefusal {
  return new ServiceRefusal(
    404,
    'RESOURCE_DOES_NOT_EXIST',
    `Failed to get secret acl for principal ${principal.slice(0, 200)} for scope ${name}.`,
  );
}
