import { permissionDenied, type ServiceRefusal } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import type { Metastore } from './metastore';
import { includesPrivilege, isExternalUse, wordsOf, type Privilege } from './privileges';
import { ancestry, wordOf, type SecurableName, type SecurableType } from './securables';

const TO_SEE: Readonly<Record<SecurableType, Privilege>> = {
  METASTORE: 'MANAGE',
  CATALOG: 'USE_CATALOG',
  SCHEMA: 'USE_SCHEMA',
  VOLUME: 'READ_VOLUME',
  TABLE: 'SELECT',
  FUNCTION: 'EXECUTE',
  MODEL: 'EXECUTE',
  EXTERNAL_LOCATION: 'BROWSE',
  STORAGE_CREDENTIAL: 'READ_FILES',
};

/** What a principal may do. Privileges are inherited downwards, and an owner may do everything below what he owns. */
export class Rights {
  constructor(private readonly metastore: Metastore) {}

  /**
   * Whether the caller holds a privilege on the securable, himself, by a group, as an owner or inherited from what it
   * lies in. Says nothing of USE CATALOG and USE SCHEMA above it: see `requireOn`.
   */
  may(caller: Principal, privilege: Privilege, securable: SecurableName): boolean {
    return ancestry(securable).some((level) => {
      const owner = this.metastore.find(level.type, level.fullName)?.owner;
      const owns = owner !== undefined && (owner === caller.name || caller.groups.includes(owner));
      if (owns && !isExternalUse(privilege)) return true;
      return this.metastore
        .grantsOn(level)
        .some(
          (grant) =>
            includesPrivilege(grant.privileges, privilege) &&
            (grant.principal === caller.name || caller.groups.includes(grant.principal)),
        );
    });
  }

  /** Whether lists show it, and whether it can be used when its parents can. */
  sees(caller: Principal, securable: SecurableName): boolean {
    const { type } = securable;
    // Whoever may do anything at all with a place or its credential sees it, as on the platform.
    if (type === 'EXTERNAL_LOCATION' || type === 'STORAGE_CREDENTIAL') return this.mayAnything(caller, securable);
    return this.may(caller, TO_SEE[type], securable);
  }

  /** Whether the caller may see and change who else has rights: the owner, workspace admins, holders of MANAGE. */
  manages(caller: Principal, securable: SecurableName): boolean {
    return caller.groups.includes(ADMINS) || this.may(caller, 'MANAGE', securable);
  }

  /** Refuses, with the platform's text, to show or use a securable; its parents are not asked about. */
  require(caller: Principal, securable: SecurableName): void {
    if (!this.sees(caller, securable)) throw missing(TO_SEE[securable.type], securable);
  }

  /**
   * Refuses with the platform's text, unless the caller holds the privilege on the securable and may use the catalog and
   * the schema it lies in. What is missing highest up is named.
   */
  requireOn(caller: Principal, privilege: Privilege, securable: SecurableName): void {
    for (const level of ancestry(securable)) {
      if (level.type === securable.type) this.requireHeld(caller, privilege, level);
      else this.require(caller, level);
    }
  }

  /** Refuses whoever may not change or remove the securable. */
  requireManage(caller: Principal, securable: SecurableName): void {
    if (!this.manages(caller, securable)) throw missing('MANAGE', securable);
  }

  private mayAnything(caller: Principal, securable: SecurableName): boolean {
    if (this.manages(caller, securable)) return true;
    const principals = new Set([caller.name, ...caller.groups]);
    return this.metastore.grantsOn(securable).some(({ principal }) => principals.has(principal));
  }

  private requireHeld(caller: Principal, privilege: Privilege, securable: SecurableName): void {
    if (this.may(caller, privilege, securable)) return;
    throw missing(privilege, securable);
  }
}

function missing(privilege: Privilege, { type, fullName }: SecurableName): ServiceRefusal {
  return permissionDenied(`User does not have ${wordsOf(privilege)} on ${wordOf(type)} '${fullName}'.`);
}
