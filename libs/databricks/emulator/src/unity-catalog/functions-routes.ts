import type { FunctionInfo, ListFunctionsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { requiredQueryText } from '../http/query';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { functionRequest } from './function-request';

/** `/functions`: they are described, listed and granted; the SQL engine does not run them. */
export function functionsRoutes(app: FastifyInstance, { access, lists, changes, infos }: CatalogApi): void {
  app.get(`${ROOT}/functions`, async (request): Promise<ListFunctionsResponse> => {
    const { query } = request;
    const caller = await access.caller(request, 'unity-catalog');
    const name = `${requiredQueryText(query, 'catalog_name')}.${requiredQueryText(query, 'schema_name')}`;
    const schema = lists.parent(caller, query, 'SCHEMA', name);
    const { items, next } = lists.page(caller, query, 'FUNCTION', schema.fullName);
    const functions = items.map(({ securable, browseOnly }) => infos.function(securable, browseOnly));
    return { ...(functions.length > 0 && { functions }), ...next };
  });

  app.post(`${ROOT}/functions`, async (request): Promise<FunctionInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { name, schemaName, comment, details } = functionRequest(request.body);
    const schema = changes.parentFor(caller, 'FUNCTION', schemaName);
    const made = await changes.create(caller, 'FUNCTION', `${schema.fullName}.${name}`, {
      comment,
      details: JSON.stringify(details),
    });
    return infos.function(made);
  });

  app.get<ByName>(`${ROOT}/functions/:name`, async (request): Promise<FunctionInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { securable, browseOnly } = lists.one(caller, request.query, 'FUNCTION', request.params.name);
    return infos.function(securable, browseOnly);
  });

  app.patch<ByName>(`${ROOT}/functions/:name`, async (request): Promise<FunctionInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { name } = request.params;
    return infos.function(await changes.update(caller, 'FUNCTION', name, request.body, { description: false }));
  });

  app.delete<ByName>(`${ROOT}/functions/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    await changes.remove(caller, 'FUNCTION', request.params.name, true);
    return {};
  });
}
