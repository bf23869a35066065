import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import type { Metastore } from './metastore';
import type { Rights } from './rights';
import { levelsTo, splitFullName, type Securable, type SecurableType } from './securables';

const MISSING: Readonly<Record<SecurableType, { code: string; word: string }>> = {
  METASTORE: { code: 'METASTORE_DOES_NOT_EXIST', word: 'Metastore' },
  CATALOG: { code: 'CATALOG_DOES_NOT_EXIST', word: 'Catalog' },
  SCHEMA: { code: 'SCHEMA_DOES_NOT_EXIST', word: 'Schema' },
  VOLUME: { code: 'RESOURCE_DOES_NOT_EXIST', word: 'Volume' },
  TABLE: { code: 'TABLE_DOES_NOT_EXIST', word: 'Table' },
  FUNCTION: { code: 'RESOURCE_DOES_NOT_EXIST', word: 'Function' },
  MODEL: { code: 'RESOURCE_DOES_NOT_EXIST', word: 'Registered Model' },
  EXTERNAL_LOCATION: { code: 'EXTERNAL_LOCATION_DOES_NOT_EXIST', word: 'External Location' },
  STORAGE_CREDENTIAL: { code: 'STORAGE_CREDENTIAL_DOES_NOT_EXIST', word: 'Storage Credential' },
};

/** Finds securables for callers: not there is a 404 that names what is missing first, not allowed is a 403. */
export class Lookup {
  constructor(
    readonly metastore: Metastore,
    readonly rights: Rights,
  ) {}

  /** Whether it is there at all, whoever asks: permissions can be asked for without being able to use a securable. */
  existing(type: SecurableType, fullName: string): Securable {
    return this.walk(type, fullName, () => undefined);
  }

  require(caller: Principal, type: SecurableType, fullName: string): Securable {
    // From the catalog down, so that somebody without rights on it does not learn what it holds.
    return this.walk(type, fullName, (securable) => this.rights.require(caller, securable));
  }

  /** As `require`, but who may only browse it finds it too. */
  browse(caller: Principal, type: SecurableType, fullName: string): Securable {
    return this.walk(type, fullName, (securable) => {
      if (!this.rights.may(caller, 'BROWSE', securable)) this.rights.require(caller, securable);
    });
  }

  /** For changing or removing it: what it lies in must be usable, and the caller own or manage the securable itself. */
  manage(caller: Principal, type: SecurableType, fullName: string): Securable {
    return this.walk(type, fullName, (securable) => {
      if (securable.type === type) this.rights.requireManage(caller, securable);
      else if (!this.rights.manages(caller, securable)) this.rights.require(caller, securable);
    });
  }

  private walk(type: SecurableType, fullName: string, visit: (securable: Securable) => void): Securable {
    const parts = splitFullName(type, fullName);
    if (parts === undefined) {
      throw invalidParameter(`'${fullName.slice(0, 200)}' is not a full name of a ${type.toLowerCase()}`);
    }
    let found: Securable | undefined;
    parts.forEach((_part, depth) => {
      const level = levelsTo(type)[depth] ?? type;
      const levelName = parts.slice(0, depth + 1).join('.');
      found = this.metastore.find(level, levelName);
      if (found === undefined) throw doesNotExist(level, levelName);
      visit(found);
    });
    if (found === undefined) throw doesNotExist(type, fullName);
    return found;
  }
}

export function doesNotExist(type: SecurableType, fullName: string): ServiceRefusal {
  const { code, word } = MISSING[type];
  return new ServiceRefusal(404, code, `${word} '${fullName.slice(0, 800)}' does not exist.`);
}
