import type { ListTablesResponse, TableExistsResponse, TableInfo } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Principal } from '../identity/directory';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { fieldsOf, nameField, propertiesField, refusingInvalid, requiredField, textField } from './catalog-request';
import { columnsField } from './column-request';
import { requirePlace } from './external-locations';
import { splitFullName } from './securables';
import { isTrue } from './securable-lists';
import type { Table } from './table-details';
import { writeEmptyTable } from './write-empty-table';

const WITH_COLUMNS = { usual: 50, maximum: 50 };
const WITHOUT_COLUMNS = { usual: 1000, maximum: 1000 };

/** `/tables`. What the SQL engine creates is listed here too, and the other way round. */
export function tablesRoutes(app: FastifyInstance, api: CatalogApi): void {
  const { access, lookup, lists, changes, infos } = api;

  app.get(`${ROOT}/tables`, async (request): Promise<ListTablesResponse> => {
    const { query } = request;
    const caller = await access.caller(request, 'unity-catalog');
    const name = `${requiredQueryText(query, 'catalog_name')}.${requiredQueryText(query, 'schema_name')}`;
    const schema = lists.parent(caller, query, 'SCHEMA', name);
    const omit = {
      columns: isTrue(query, 'omit_columns'),
      properties: isTrue(query, 'omit_properties'),
      userNames: isTrue(query, 'omit_username'),
    };
    const size = omit.columns ? WITHOUT_COLUMNS : WITH_COLUMNS;
    const { items, next } = lists.page(caller, query, 'TABLE', schema.fullName, size);
    const tables = items.map(({ securable, browseOnly }) => infos.table(securable, browseOnly, omit));
    return { ...(tables.length > 0 && { tables }), ...next };
  });

  app.post(`${ROOT}/tables`, async (request): Promise<TableInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { id } = await createTable(caller, api, request.body);
    const table = lookup.metastore.findById(id);
    if (table === undefined) throw invalidParameter('The table was removed again');
    return infos.table(table);
  });

  app.get<ByName>(`${ROOT}/tables/:name`, async (request): Promise<TableInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { securable, browseOnly } = lists.one(caller, request.query, 'TABLE', request.params.name);
    return infos.table(securable, browseOnly);
  });

  app.get<ByName>(`${ROOT}/tables/:name/exists`, async (request): Promise<TableExistsResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { name } = request.params;
    const parts = splitFullName('TABLE', name);
    if (parts === undefined) throw invalidParameter(`'${name.slice(0, 200)}' is not a full name of a table`);
    lookup.browse(caller, 'SCHEMA', parts.slice(0, 2).join('.'));
    const table = lookup.metastore.find('TABLE', name);
    if (table === undefined) return { table_exists: false };
    lookup.browse(caller, 'TABLE', name);
    return { table_exists: true };
  });

  app.patch<ByName>(`${ROOT}/tables/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    // Only the owner can be changed; comments and names of tables are changed by SQL.
    await changes.update(caller, 'TABLE', request.params.name, request.body, { description: false });
    return {};
  });

  app.delete<ByName>(`${ROOT}/tables/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    await changes.remove(caller, 'TABLE', request.params.name, true);
    return {};
  });
}

/** The platform makes only EXTERNAL Delta tables by this call; here MANAGED ones too, so that a lake needs no engine. */
async function createTable(caller: Principal, { lookup, changes }: CatalogApi, body: unknown): Promise<Table> {
  const fields = fieldsOf(body);
  const name = nameField(fields, 'TABLE');
  const schemaName = `${requiredField(fields, 'catalog_name')}.${requiredField(fields, 'schema_name')}`;
  const tableType = requiredField(fields, 'table_type');
  if (tableType !== 'EXTERNAL' && tableType !== 'MANAGED') {
    throw invalidParameter(`Only tables of type EXTERNAL can be created by this API, got "${tableType.slice(0, 100)}"`);
  }
  const format = requiredField(fields, 'data_source_format');
  if (format !== 'DELTA') {
    throw invalidParameter(`Only the data source format DELTA is supported, got "${format.slice(0, 100)}"`);
  }
  const location = textField(fields, 'storage_location') ?? '';
  const columns = columnsField(fields.get('columns'));
  const properties = propertiesField(fields) ?? {};
  const comment = textField(fields, 'comment') ?? '';
  const schema = changes.parentFor(caller, 'TABLE', schemaName);
  if (tableType === 'EXTERNAL') {
    lookup.rights.requireOn(caller, 'EXTERNAL_USE_SCHEMA', schema);
    requirePlace(caller, lookup, location);
  } else if (columns.length === 0) throw invalidParameter('Missing required field: columns');
  return refusingInvalid(() =>
    lookup.metastore.createTable(
      `${schema.fullName}.${name}`,
      { tableType, format, columns, ...(tableType === 'EXTERNAL' && { location }) },
      { comment, properties, owner: caller.name, write: (directory) => writeEmptyTable(directory, columns, comment) },
    ),
  );
}
