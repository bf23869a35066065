import type { MetastoreAssignment, MetastoreSummary } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../identity/access';
import type { Directory } from '../identity/directory';
import type { WorkspaceDocument } from '../state/workspace-document';
import { ROOT, type CatalogApi } from './catalog-api';
import { catalogsRoutes } from './catalogs-routes';
import { externalPlacesRoutes } from './external-places-routes';
import { functionsRoutes } from './functions-routes';
import type { Lookup } from './lookup';
import { modelVersionsRoutes } from './model-versions-routes';
import { modelsRoutes } from './models-routes';
import { schemasRoutes } from './schemas-routes';
import { SecurableChanges } from './securable-changes';
import { SecurableInfos } from './securable-info';
import { SecurableLists } from './securable-lists';
import { tableSummariesRoutes } from './table-summaries-routes';
import { tablesRoutes } from './tables-routes';
import { temporaryCredentialsRoutes, type TemporaryKeys } from './temporary-credentials-routes';
import { volumesRoutes } from './volumes-routes';

interface CatalogParts {
  readonly access: Access;
  readonly lookup: Lookup;
  readonly directory: Directory;
  readonly ids: Pick<WorkspaceDocument, 'workspaceId' | 'metastoreId' | 'createdAt'> & { readonly owner: string };
  /** Who makes keys for the storage of tables; without it the platform's refusal is answered. */
  readonly temporaryKeys?: TemporaryKeys;
}

/** Unity Catalog as callers may see and change it. */
export function unityCatalogRoutes(app: FastifyInstance, parts: CatalogParts): void {
  const { access, lookup, directory, ids, temporaryKeys } = parts;
  lookup.metastore.describe(ids.metastoreId, METASTORE_NAME);
  const api: CatalogApi = {
    access,
    lookup,
    lists: new SecurableLists(lookup),
    changes: new SecurableChanges(lookup, directory),
    infos: new SecurableInfos(ids.metastoreId, lookup.metastore.places),
  };
  catalogsRoutes(app, api, ids.metastoreId);
  schemasRoutes(app, api);
  volumesRoutes(app, api);
  tablesRoutes(app, api);
  tableSummariesRoutes(app, api);
  functionsRoutes(app, api);
  modelsRoutes(app, api);
  modelVersionsRoutes(app, api);
  externalPlacesRoutes(app, api, ids.metastoreId);
  temporaryCredentialsRoutes(app, api, temporaryKeys);
  metastoreRoutes(app, api, ids, temporaryKeys !== undefined);
}

const METASTORE_NAME = 'local';

function metastoreRoutes(
  app: FastifyInstance,
  { access, lookup }: CatalogApi,
  ids: CatalogParts['ids'],
  externalAccess: boolean,
): void {
  app.get(`${ROOT}/current-metastore-assignment`, async (request): Promise<MetastoreAssignment> => {
    await access.caller(request, 'unity-catalog');
    return {
      metastore_id: ids.metastoreId,
      workspace_id: Number(ids.workspaceId),
      default_catalog_name: lookup.metastore.children('CATALOG')[0]?.fullName ?? '',
    };
  });

  app.get(`${ROOT}/metastore_summary`, async (request): Promise<MetastoreSummary> => {
    await access.caller(request, 'unity-catalog');
    return {
      metastore_id: ids.metastoreId,
      global_metastore_id: `aws:local:${ids.metastoreId}`,
      name: METASTORE_NAME,
      cloud: 'aws',
      region: 'local',
      external_access_enabled: externalAccess,
      owner: ids.owner,
      created_at: ids.createdAt,
      created_by: ids.owner,
      updated_at: ids.createdAt,
      updated_by: ids.owner,
    };
  });
}
