import type {
  ListCatalogsResponse,
  ListSchemasResponse,
  ListVolumesResponse,
  MetastoreAssignment,
  MetastoreSummary,
} from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText, requiredQueryText } from '../http/query';
import type { Access } from '../identity/access';
import type { Principal } from '../identity/directory';
import type { WorkspaceDocument } from '../state/workspace-document';
import type { Lookup } from './lookup';
import { sortKey } from './metastore';
import { catalogInfo, schemaInfo, volumeInfo } from './securable-info';
import type { Securable, SecurableType } from './securables';

const ROOT = '/api/2.1/unity-catalog';
const PAGE = { usual: 100, maximum: 1000 };

interface ByName {
  Params: { name: string };
}

type MetastoreIds = Pick<WorkspaceDocument, 'workspaceId' | 'metastoreId' | 'createdAt'> & { owner: string };

/** The read side of Unity Catalog: catalogs, schemas and volumes as the caller may see them. */
export function unityCatalogRoutes(app: FastifyInstance, access: Access, lookup: Lookup, ids: MetastoreIds): void {
  const { metastore, rights } = lookup;
  const volume = (securable: Securable) =>
    volumeInfo(securable, ids.metastoreId, metastore.directoryOf(securable).directory);

  /**
   * A page is cut first and filtered by rights afterwards, as the platform does. So it may be empty and still have a
   * successor, which clients must follow.
   */
  const page = (caller: Principal, query: unknown, type: SecurableType, parent?: string) => {
    const list = [type, parent?.toLowerCase() ?? ''];
    const limit = pageLimit(query, 'max_results', PAGE);
    const after = decodePageToken(list, queryText(query, 'page_token'));
    const rest = metastore.children(type, parent).filter((child) => after === undefined || sortKey(child) > after);
    const cut = rest.slice(0, limit);
    const last = cut.at(-1);
    return {
      items: cut.filter((child) => rights.sees(caller, child)),
      next:
        last !== undefined && rest.length > cut.length ? { next_page_token: encodePageToken(list, sortKey(last)) } : {},
    };
  };

  app.get(`${ROOT}/catalogs`, async (request): Promise<ListCatalogsResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { items, next } = page(caller, request.query, 'CATALOG');
    return { ...(items.length > 0 && { catalogs: items.map((item) => catalogInfo(item, ids.metastoreId)) }), ...next };
  });

  app.get<ByName>(`${ROOT}/catalogs/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    return catalogInfo(lookup.require(caller, 'CATALOG', request.params.name), ids.metastoreId);
  });

  app.get(`${ROOT}/schemas`, async (request): Promise<ListSchemasResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const catalog = lookup.require(caller, 'CATALOG', requiredQueryText(request.query, 'catalog_name'));
    const { items, next } = page(caller, request.query, 'SCHEMA', catalog.fullName);
    return { ...(items.length > 0 && { schemas: items.map((item) => schemaInfo(item, ids.metastoreId)) }), ...next };
  });

  app.get<ByName>(`${ROOT}/schemas/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    return schemaInfo(lookup.require(caller, 'SCHEMA', request.params.name), ids.metastoreId);
  });

  app.get(`${ROOT}/volumes`, async (request): Promise<ListVolumesResponse> => {
    const caller = await access.caller(request, 'unity-catalog');
    const catalog = requiredQueryText(request.query, 'catalog_name');
    const schema = lookup.require(caller, 'SCHEMA', `${catalog}.${requiredQueryText(request.query, 'schema_name')}`);
    const { items, next } = page(caller, request.query, 'VOLUME', schema.fullName);
    return { ...(items.length > 0 && { volumes: items.map(volume) }), ...next };
  });

  app.get<ByName>(`${ROOT}/volumes/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    return volume(lookup.require(caller, 'VOLUME', request.params.name));
  });

  app.get(`${ROOT}/current-metastore-assignment`, async (request): Promise<MetastoreAssignment> => {
    await access.caller(request, 'unity-catalog');
    return {
      metastore_id: ids.metastoreId,
      workspace_id: Number(ids.workspaceId),
      default_catalog_name: metastore.children('CATALOG', undefined)[0]?.fullName ?? '',
    };
  });

  app.get(`${ROOT}/metastore_summary`, async (request): Promise<MetastoreSummary> => {
    await access.caller(request, 'unity-catalog');
    return {
      metastore_id: ids.metastoreId,
      global_metastore_id: `aws:local:${ids.metastoreId}`,
      name: 'local',
      cloud: 'aws',
      region: 'local',
      owner: ids.owner,
      created_at: ids.createdAt,
      created_by: ids.owner,
      updated_at: ids.createdAt,
      updated_by: ids.owner,
    };
  });
}
