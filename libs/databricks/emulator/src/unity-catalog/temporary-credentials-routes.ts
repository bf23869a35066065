import type { TemporaryTableCredentials } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import { LAKE_BUCKET } from '../s3/storage-location';
import type { TemporaryKeys } from '../s3/s3-keys';
import type { CatalogApi } from './catalog-api';
import { fieldsOf, requiredField } from './catalog-request';
import { doesNotExist } from './lookup';
import { asTable, type Table } from './table-details';

export type { TemporaryKeys } from '../s3/s3-keys';

const HOUR_MS = 3_600_000;

/**
 * `temporary-table-credentials`: keys for the storage of one table, for an hour. Only for tables in the lake's bucket:
 * there is nothing else that storage keys could open.
 */
export function temporaryCredentialsRoutes(
  app: FastifyInstance,
  { access, lookup }: CatalogApi,
  keys: TemporaryKeys | undefined,
): void {
  const find = (caller: Principal, id: string, operation: string): Table => {
    const securable = lookup.metastore.findById(id);
    if (securable?.type !== 'TABLE') throw doesNotExist('TABLE', id);
    lookup.rights.requireOn(caller, operation === 'READ' ? 'SELECT' : 'MODIFY', securable);
    const [catalog, schema] = securable.fullName.split('.');
    lookup.rights.requireOn(caller, 'EXTERNAL_USE_SCHEMA', { type: 'SCHEMA', fullName: `${catalog}.${schema}` });
    return asTable(securable);
  };

  app.post(
    '/api/2.0/unity-catalog/temporary-table-credentials',
    async (request): Promise<TemporaryTableCredentials> => {
      const caller = await access.caller(request, 'unity-catalog');
      const fields = fieldsOf(request.body);
      const id = requiredField(fields, 'table_id');
      const operation = requiredField(fields, 'operation');
      if (operation !== 'READ' && operation !== 'READ_WRITE') {
        throw invalidParameter(`operation must be READ or READ_WRITE, got "${operation.slice(0, 100)}"`);
      }
      const table = find(caller, id, operation);
      const url = lookup.metastore.places.locationOf(table);
      if (keys === undefined || url?.startsWith(`s3://${LAKE_BUCKET}/`) !== true) throw notOffered(table);
      const issued = keys.issue({ location: url, readOnly: operation === 'READ', expiresInMs: HOUR_MS });
      return {
        url,
        expiration_time: issued.expiresAt.getTime(),
        aws_temp_credentials: {
          access_key_id: issued.accessKeyId,
          secret_access_key: issued.secretAccessKey,
          session_token: issued.sessionToken,
        },
      };
    },
  );
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
