import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError, grantLine } from '@lakescope/server-http';
import { missingGrantOf } from '@lakescope/server-unity-catalog';
import type { TableName } from './table-name';

/** What keeps the platform from giving keys, other than a missing grant, by its own words. */
const SWITCHED_OFF = /external (?:data )?access|EXTERNAL_ACCESS_DISABLED|outside of Databricks Unity Catalog/i;

/** The view needs the table's files, and the platform gives the caller no keys to them. */
export class DirectAccessRequired extends DomainError {
  constructor(name: TableName, userId: string, cause: PlatformError) {
    const missing = missingGrantOf(cause.message);
    const isSwitchedOff = missing === undefined && SWITCHED_OFF.test(cause.message);
    const {
      privilege,
      type,
      name: place,
    } = missing ?? {
      privilege: 'EXTERNAL USE SCHEMA',
      type: 'SCHEMA',
      name: [name.catalog, name.schema],
    };
    super({
      kind: 'forbidden',
      code: 'DIRECT_ACCESS_REQUIRED',
      message: isSwitchedOff
        ? `This view reads the files of ${name} themselves, and the platform gives no keys to them. An administrator of the metastore must switch external data access on; then it takes ${privilege} on the ${type.toLowerCase()} ${place.join('.')}.`
        : `This view reads the files of ${name} themselves. Ask the owner of the ${type.toLowerCase()} ${place.join('.')} for ${privilege} on it.`,
      details: {
        full_name: name.toString(),
        missing_grant: `${privilege} on ${type.toLowerCase()} ${place.join('.')}`,
        fix: grantLine(privilege, type, place, userId),
        external_access_off: isSwitchedOff,
        upstream_status: cause.status ?? null,
        upstream_code: cause.errorCode ?? null,
      },
      cause,
    });
  }
}

/** The files of the table lie where they cannot be read directly: what the warehouse can tell is all there is. */
export class NotReadDirectly extends DomainError {
  constructor(name: TableName, storage: string) {
    super({
      kind: 'unprocessable',
      code: 'UNSUPPORTED_STORAGE',
      message: `The files of ${name} lie in ${storage}, which is not read directly. Detail, schema, history and preview come through the SQL warehouse.`,
      details: { full_name: name.toString(), storage, supported_storage: ['Amazon S3'] },
    });
  }
}

/** Something in the catalog that is no Delta table. */
export class NotADeltaTable extends DomainError {
  constructor(name: TableName, what: string, facts: { table_type?: string; data_source_format?: string } = {}) {
    super({
      kind: 'unprocessable',
      code: 'UNSUPPORTED_STORAGE',
      message: `${name} is ${what}, not a Delta table. Its rows can be queried in the catalog.`,
      details: { full_name: name.toString(), ...facts },
    });
  }
}
