import type { CatalogInfo, ListCatalogsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { permissionDenied } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { fieldsOf, describedBy, nameField } from './catalog-request';
import { isTrue } from './securable-lists';

/** `/catalogs`: workspace admins and holders of CREATE CATALOG on the metastore may add one. */
export function catalogsRoutes(app: FastifyInstance, api: CatalogApi, metastoreId: string): void {
  const { access, lookup, lists, changes, infos } = api;

  const requireCreate = (caller: Principal): void => {
    if (caller.groups.includes(ADMINS)) return;
    const metastore = lookup.existing('METASTORE', metastoreId);
    if (lookup.rights.may(caller, 'CREATE_CATALOG', metastore)) return;
    throw permissionDenied(`User does not have CREATE CATALOG on Metastore '${metastore.comment}'.`);
  };

  app.get(`${ROOT}/catalogs`, async (request): Promise<ListCatalogsResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { items, next } = lists.page(caller, request.query, 'CATALOG');
    const catalogs = items.map(({ securable, browseOnly }) => infos.catalog(securable, browseOnly));
    return { ...(catalogs.length > 0 && { catalogs }), ...next };
  });

  app.post(`${ROOT}/catalogs`, async (request): Promise<CatalogInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    requireCreate(caller);
    const fields = fieldsOf(request.body);
    return infos.catalog(await changes.create(caller, 'CATALOG', nameField(fields, 'CATALOG'), describedBy(fields)));
  });

  app.get<ByName>(`${ROOT}/catalogs/:name`, async (request): Promise<CatalogInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { securable, browseOnly } = lists.one(caller, request.query, 'CATALOG', request.params.name);
    return infos.catalog(securable, browseOnly);
  });

  app.patch<ByName>(`${ROOT}/catalogs/:name`, async (request): Promise<CatalogInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    return infos.catalog(
      await changes.update(caller, 'CATALOG', request.params.name, request.body, { description: true }),
    );
  });

  app.delete<ByName>(`${ROOT}/catalogs/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    await changes.remove(caller, 'CATALOG', request.params.name, isTrue(request.query, 'force'));
    return {};
  });
}
