import type { ListTablesResponse, TableExistsResponse, TableInfo } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Principal } from '../identity/directory';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { refusingInvalid } from './catalog-request';
import { requirePlace } from './external-locations';
import { splitFullName } from './securables';
import { isTrue } from './securable-lists';
import type { Table, TableDetails, TableOptions } from './table-details';
import { tableRequest } from './table-request';
import { readColumns, writeEmptyTable } from './table-schema';

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

async function createTable(caller: Principal, { lookup, changes }: CatalogApi, body: unknown): Promise<Table> {
  const { name, schemaName, tableType, format, location, columns, comment, properties } = tableRequest(body);
  const schema = changes.parentFor(caller, 'TABLE', schemaName);
  const create = (details: TableDetails, write?: TableOptions['write']): Promise<Table> =>
    lookup.metastore.createTable(`${schema.fullName}.${name}`, details, {
      ...{ comment, properties, owner: caller.name },
      ...(write !== undefined && { write }),
    });
  if (tableType === 'MANAGED') {
    return refusingInvalid(() =>
      create({ tableType, format, columns }, (directory) => writeEmptyTable(directory, columns, comment)),
    );
  }
  lookup.rights.requireOn(caller, 'EXTERNAL_USE_SCHEMA', schema);
  const directory = requirePlace(caller, lookup, location);
  return refusingInvalid(async () => {
    // Whoever says nothing of columns means those that the table has.
    const known = columns.length > 0 ? columns : ((await readColumns(directory)) ?? []);
    return create({ tableType, format, columns: known, location });
  });
}
