import type { ListTableSummariesResponse, TableSummary } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText, requiredQueryText } from '../http/query';
import { ROOT, type CatalogApi } from './catalog-api';
import { likePattern } from './like-pattern';
import type { Metastore } from './metastore';
import { nameOf, type Securable } from './securables';

const PAGE = { usual: 10_000, maximum: 10_000 };

/** `/table-summaries`: names of the tables in all schemas of a catalog that the caller may use. */
export function tableSummariesRoutes(app: FastifyInstance, { access, lookup }: CatalogApi): void {
  const { metastore, rights } = lookup;

  app.get(`${ROOT}/table-summaries`, async (request): Promise<ListTableSummariesResponse> => {
    const { query } = request;
    const caller = await access.caller(request, 'unity-catalog');
    const catalog = lookup.require(caller, 'CATALOG', requiredQueryText(query, 'catalog_name'));
    const patterns = {
      schema: queryText(query, 'schema_name_pattern') ?? '',
      table: queryText(query, 'table_name_pattern') ?? '',
    };
    const list = ['TABLE-SUMMARIES', catalog.fullName, JSON.stringify(patterns)];
    const limit = pageLimit(query, 'max_results', PAGE);
    const after = decodePageToken(list, queryText(query, 'page_token'));

    const tables: TableSummary[] = [];
    let taken = 0;
    let last = '';
    let within: { readonly schema: Securable; readonly usable: boolean; readonly readable: boolean } | undefined;
    for (const { schema, table } of tablesAfter(metastore, catalog, patterns, after)) {
      // Cut first, filtered by rights afterwards, as all lists.
      if (taken === limit) {
        return { ...(tables.length > 0 && { tables }), next_page_token: encodePageToken(list, last) };
      }
      taken += 1;
      last = `${nameOf(schema)}.${nameOf(table)}`;
      // Asked once for a schema: most tables are read by a right that is inherited.
      if (within?.schema !== schema) {
        within = { schema, usable: rights.sees(caller, schema), readable: rights.may(caller, 'SELECT', schema) };
      }
      if (!within.usable || !(within.readable || rights.sees(caller, table))) continue;
      tables.push({ full_name: table.fullName, table_type: table.tableType ?? 'EXTERNAL' });
    }
    return tables.length > 0 ? { tables } : {};
  });
}

/** Tables whose names match, by schema and name, after `schema.table`. */
function* tablesAfter(
  metastore: Metastore,
  catalog: Securable,
  patterns: { readonly schema: string; readonly table: string },
  after: string | undefined,
): Generator<{ readonly schema: Securable; readonly table: Securable }> {
  const [afterSchema = '', afterTable = ''] = after?.split('.') ?? [];
  const [isSchema, isTable] = [likePattern(patterns.schema), likePattern(patterns.table)];
  for (const schema of metastore.children('SCHEMA', catalog.fullName)) {
    const name = nameOf(schema);
    if (name < afterSchema || !isSchema(name)) continue;
    const from = name === afterSchema ? afterTable : undefined;
    const { items } = metastore.page('TABLE', schema.fullName, from, Number.MAX_SAFE_INTEGER);
    for (const table of items) if (isTable(nameOf(table))) yield { schema, table };
  }
}
