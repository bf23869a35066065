import type { TemporaryStorageCredentials } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import { LAKE_BUCKET } from '../s3/storage-location';
import type { TemporaryKeys } from '../s3/s3-keys';
import type { CatalogApi } from './catalog-api';
import { fieldsOf, flagField, requiredField } from './catalog-request';
import { requireExternalLocation, storageUrl } from './external-locations';
import { doesNotExist } from './lookup';
import { placeOf } from './external-place';
import type { Privilege } from './privileges';
import { ancestry, type Securable } from './securables';
import { asTable, type Table } from './table-details';
import { isWithin } from './storage-places';

export type { TemporaryKeys } from '../s3/s3-keys';

const ROOT = '/api/2.0/unity-catalog';
const HOUR_MS = 3_600_000;

/** What each operation on a path takes of its external location. */
const PATH_OPERATIONS: Readonly<Record<string, readonly Privilege[]>> = {
  PATH_READ: ['EXTERNAL_USE_LOCATION', 'READ_FILES'],
  PATH_READ_WRITE: ['EXTERNAL_USE_LOCATION', 'READ_FILES', 'WRITE_FILES'],
  PATH_CREATE_TABLE: ['EXTERNAL_USE_LOCATION', 'CREATE_EXTERNAL_TABLE'],
};

/**
 * `temporary-{table,volume,path}-credentials`: keys for one place, for an hour. Only for places in a bucket: there is
 * nothing else that storage keys could open.
 */
export function temporaryCredentialsRoutes(
  app: FastifyInstance,
  { access, lookup }: CatalogApi,
  keys: TemporaryKeys | undefined,
): void {
  /** What the id names, if the caller holds the privilege on it and may read its schema past the platform. */
  const find = (caller: Principal, type: 'TABLE' | 'VOLUME', id: string, privilege: Privilege): Securable => {
    const securable = lookup.metastore.findById(id);
    if (securable?.type !== type) throw doesNotExist(type, id);
    lookup.rights.requireOn(caller, privilege, securable);
    const schema = ancestry(securable)[1] ?? securable;
    lookup.rights.requireOn(caller, 'EXTERNAL_USE_SCHEMA', schema);
    return securable;
  };

  const issue = (offered: TemporaryKeys, location: string, readOnly: boolean): TemporaryStorageCredentials => {
    const issued = offered.issue({ location, readOnly, expiresInMs: HOUR_MS });
    return {
      url: location,
      expiration_time: issued.expiresAt.getTime(),
      aws_temp_credentials: {
        access_key_id: issued.accessKeyId,
        secret_access_key: issued.secretAccessKey,
        session_token: issued.sessionToken,
      },
    };
  };

  app.post(`${ROOT}/temporary-table-credentials`, async (request): Promise<TemporaryStorageCredentials> => {
    const caller = await access.caller(request, 'unity-catalog');
    const fields = fieldsOf(request.body);
    const id = requiredField(fields, 'table_id');
    const operation = choice(fields, ['READ', 'READ_WRITE']);
    const table = asTable(find(caller, 'TABLE', id, operation === 'READ' ? 'SELECT' : 'MODIFY'));
    const url = lookup.metastore.places.locationOf(table);
    if (keys === undefined || url === undefined || !isBucket(url)) throw notOffered(table);
    return issue(keys, url, operation === 'READ');
  });

  app.post(`${ROOT}/temporary-volume-credentials`, async (request): Promise<TemporaryStorageCredentials> => {
    const caller = await access.caller(request, 'unity-catalog');
    const fields = fieldsOf(request.body);
    const id = requiredField(fields, 'volume_id');
    const operation = choice(fields, ['READ_VOLUME', 'WRITE_VOLUME']);
    const volume = find(caller, 'VOLUME', id, operation);
    const url = lookup.metastore.places.locationOfVolume(volume);
    if (keys !== undefined && volume.volumeType === 'EXTERNAL') {
      const readOnly = operation === 'READ_VOLUME' || lookup.metastore.places.isReadOnly(volume);
      return issue(keys, placeOf(volume).url, readOnly);
    }
    // A folder of this machine, which no keys open and none close.
    return { url, expiration_time: Date.now() + HOUR_MS };
  });

  app.post(`${ROOT}/temporary-path-credentials`, async (request): Promise<TemporaryStorageCredentials> => {
    const caller = await access.caller(request, 'unity-catalog');
    const fields = fieldsOf(request.body);
    const url = storageUrl(requiredField(fields, 'url'));
    const operation = choice(fields, Object.keys(PATH_OPERATIONS));
    const location = requireExternalLocation(caller, lookup, url, ...(PATH_OPERATIONS[operation] ?? []));
    const readOnly = operation === 'PATH_READ';
    if (!readOnly && placeOf(location).readOnly === true) {
      throw invalidParameter(`External location '${location.fullName}' is read-only.`);
    }
    refuseWhatIsManaged(url);
    if (flagField(fields, 'dry_run')) return { url };
    if (keys === undefined) throw pathNotOffered(url);
    return issue(keys, url, readOnly);
  });

  /** Grants on tables and volumes would mean nothing to somebody with keys for what lies above them. */
  function refuseWhatIsManaged(url: string): void {
    const { metastore } = lookup;
    const others = [
      ...metastore.all('TABLE').map((table) => metastore.locationOfTable(table)),
      ...metastore.all('VOLUME').map((volume) => (volume.volumeType === 'EXTERNAL' ? placeOf(volume).url : undefined)),
      ...metastore.all('MODEL').map(({ id }) => metastore.places.locationOfModel(id)),
    ];
    const taken = others.find((other) => other !== undefined && (isWithin(url, other) || isWithin(other, url)));
    if (taken === undefined) return;
    throw new ServiceRefusal(
      400,
      'LOCATION_OVERLAP',
      `Input path url '${url.slice(0, 800)}' overlaps with a table, a volume or a model.`,
    );
  }
}

function isBucket(url: string): boolean {
  return /^s3a?:\/\//i.test(url) && !isWithin(`s3://${LAKE_BUCKET}`, url);
}

function choice<Word extends string>(fields: ReadonlyMap<string, unknown>, words: readonly Word[]): Word {
  const operation = requiredField(fields, 'operation');
  const known = words.find((word) => word === operation);
  if (known !== undefined) return known;
  throw invalidParameter(`operation must be one of ${words.join(', ')}, got "${operation.slice(0, 100)}"`);
}

/** What the platform answers where tables are not given out to programs beside it. */
function notOffered({ id }: Table): ServiceRefusal {
  return new ServiceRefusal(
    401,
    'UNAUTHENTICATED',
    `Request to generate access credential for table '${id}' from outside of Databricks Unity Catalog enabled compute ` +
      'environment is denied for security. Please contact Databricks support for integrations with Unity Catalog.',
    { reason: { reason: 'UNITY_CATALOG_EXTERNAL_GENERATE_TABLE_CREDENTIALS_DENIED', metadata: { tableId: id } } },
  );
}

function pathNotOffered(url: string): ServiceRefusal {
  return new ServiceRefusal(
    401,
    'UNAUTHENTICATED',
    `Request to generate access credential for path '${url.slice(0, 800)}' from outside of Databricks Unity Catalog ` +
      'enabled compute environment is denied for security. Please contact Databricks support.',
    { reason: { reason: 'UNITY_CATALOG_EXTERNAL_GENERATE_PATH_CREDENTIALS_DENIED' } },
  );
}
