import type { ListSchemasResponse, SchemaInfo } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { requiredQueryText } from '../http/query';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { describedBy, fieldsOf, nameField, requiredField } from './catalog-request';
import { isTrue } from './securable-lists';

/** `/schemas`. */
export function schemasRoutes(app: FastifyInstance, { access, lists, changes, infos }: CatalogApi): void {
  app.get(`${ROOT}/schemas`, async (request): Promise<ListSchemasResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const catalog = lists.parent(caller, request.query, 'CATALOG', requiredQueryText(request.query, 'catalog_name'));
    const { items, next } = lists.page(caller, request.query, 'SCHEMA', catalog.fullName);
    const schemas = items.map(({ securable, browseOnly }) => infos.schema(securable, browseOnly));
    return { ...(schemas.length > 0 && { schemas }), ...next };
  });

  app.post(`${ROOT}/schemas`, async (request): Promise<SchemaInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const fields = fieldsOf(request.body);
    const name = nameField(fields, 'SCHEMA');
    const catalog = changes.parentFor(caller, 'SCHEMA', requiredField(fields, 'catalog_name'));
    return infos.schema(await changes.create(caller, 'SCHEMA', `${catalog.fullName}.${name}`, describedBy(fields)));
  });

  app.get<ByName>(`${ROOT}/schemas/:name`, async (request): Promise<SchemaInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { securable, browseOnly } = lists.one(caller, request.query, 'SCHEMA', request.params.name);
    return infos.schema(securable, browseOnly);
  });

  app.patch<ByName>(`${ROOT}/schemas/:name`, async (request): Promise<SchemaInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    return infos.schema(
      await changes.update(caller, 'SCHEMA', request.params.name, request.body, { description: true }),
    );
  });

  app.delete<ByName>(`${ROOT}/schemas/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    await changes.remove(caller, 'SCHEMA', request.params.name, isTrue(request.query, 'force'));
    return {};
  });
}
