import { permissionDenied } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import type { Metastore } from './metastore';
import { includesPrivilege, type Privilege } from './privileges';
import { LEVELS, type Securable, type SecurableType } from './securables';

const NEEDED: Readonly<Record<SecurableType, { privilege: Privilege; words: string }>> = {
  CATALOG: { privilege: 'USE_CATALOG', words: 'USE CATALOG on Catalog' },
  SCHEMA: { privilege: 'USE_SCHEMA', words: 'USE SCHEMA on Schema' },
  VOLUME: { privilege: 'READ_VOLUME', words: 'READ VOLUME on Volume' },
};

/** What a principal may do. Privileges are inherited downwards, and an owner may do everything below what he owns. */
export class Rights {
  constructor(private readonly metastore: Metastore) {}

  private may(caller: Principal, privilege: Privilege, securable: Pick<Securable, 'fullName'>): boolean {
    return ancestry(securable.fullName).some(({ type, fullName }) => {
      if (this.metastore.find(type, fullName)?.owner === caller.name) return true;
      return this.metastore
        .grants()
        .some(
          (grant) =>
            grant.type === type &&
            grant.fullName === fullName &&
            includesPrivilege(grant.privileges, privilege) &&
            (grant.principal === caller.name || caller.groups.includes(grant.principal)),
        );
    });
  }

  /** Whether lists show it, and whether it can be used when its parents can. */
  sees(caller: Principal, securable: Securable): boolean {
    return this.may(caller, NEEDED[securable.type].privilege, securable);
  }

  /** Whether the caller may see and change who else has rights: the owner, workspace admins, holders of MANAGE. */
  manages(caller: Principal, securable: Securable): boolean {
    return caller.groups.includes(ADMINS) || this.may(caller, 'MANAGE', securable);
  }

  /** Refuses with the platform's text. */
  require(caller: Principal, securable: Securable): void {
    if (this.sees(caller, securable)) return;
    throw permissionDenied(`User does not have ${NEEDED[securable.type].words} '${securable.fullName}'.`);
  }
}

/** A securable and what it lies in, from the catalog down. */
export function ancestry(fullName: string): { type: SecurableType; fullName: string }[] {
  const parts = fullName.toLowerCase().split('.');
  return parts.flatMap((_part, index) => {
    const type = LEVELS[index];
    return type === undefined ? [] : [{ type, fullName: parts.slice(0, index + 1).join('.') }];
  });
}
