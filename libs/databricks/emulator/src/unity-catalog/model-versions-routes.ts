import type { ListModelVersionsResponse, ModelVersionInfo } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText } from '../http/query';
import { invalidParameter, ServiceRefusal } from '../http/refusals';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { fieldsOf, requiredField, textField } from './catalog-request';
import { findVersion, modelDetailsOf, type ModelVersion } from './model-details';
import { RegisteredModels } from './registered-models';
import { isTrue } from './securable-lists';
import type { Securable } from './securables';

const PAGE = { usual: 100, maximum: 1000 };

interface ByVersion {
  Params: { name: string; version: string };
}

export interface ByAlias {
  Params: { name: string; alias: string };
}

/**
 * `/models/{name}/versions`. The platform's own API makes no versions, MLflow does; here they are made as in the open
 * source Unity Catalog: `POST /models/versions`, and `finalize` when the files are there.
 */
export function modelVersionsRoutes(app: FastifyInstance, { access, lookup, lists, infos }: CatalogApi): void {
  const models = new RegisteredModels(lookup.metastore);

  app.post(`${ROOT}/models/versions`, async (request): Promise<ModelVersionInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const fields = fieldsOf(request.body);
    const parent = `${requiredField(fields, 'catalog_name')}.${requiredField(fields, 'schema_name')}`;
    const model = lookup.existing('MODEL', `${parent}.${requiredField(fields, 'model_name')}`);
    lookup.rights.requireOn(caller, 'CREATE_MODEL_VERSION', model);
    const [source, runId] = [requiredField(fields, 'source'), textField(fields, 'run_id')];
    const comment = textField(fields, 'comment') ?? '';
    const version = { source, comment, status: 'PENDING_REGISTRATION', ...(runId !== undefined && { runId }) } as const;
    return infos.modelVersion(model, await models.add(model, version, caller.name));
  });

  app.get<ByName>(`${ROOT}/models/:name/versions`, async (request): Promise<ListModelVersionsResponse> => {
    const { query, params } = request;
    const caller = await access.caller(request, 'unity-catalog');
    const model = lists.one(caller, query, 'MODEL', params.name).securable;
    const after = Number(decodePageToken([model.fullName], queryText(query, 'page_token')) ?? 0);
    const rest = modelDetailsOf(model).versions.filter(({ version }) => version > after);
    const page = rest.slice(0, pageLimit(query, 'max_results', PAGE));
    const last = page.at(-1);
    return {
      ...(page.length > 0 && { model_versions: page.map((version) => infos.modelVersion(model, version)) }),
      ...(last !== undefined &&
        rest.length > page.length && { next_page_token: encodePageToken([model.fullName], String(last.version)) }),
    };
  });

  app.get<ByVersion>(`${ROOT}/models/:name/versions/:version`, async (request): Promise<ModelVersionInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const model = lists.one(caller, request.query, 'MODEL', request.params.name).securable;
    const version = requireVersion(model, versionNumber(request.params.version));
    return infos.modelVersion(model, version, isTrue(request.query, 'include_aliases'));
  });

  app.get<ByAlias>(`${ROOT}/models/:name/aliases/:alias`, async (request): Promise<ModelVersionInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { name, alias } = request.params;
    const model = lists.one(caller, request.query, 'MODEL', name).securable;
    const found = modelDetailsOf(model).aliases.find((one) => one.name === alias.toLowerCase());
    if (found === undefined) throw noSuchAlias(alias, model.fullName);
    const version = requireVersion(model, found.version);
    return infos.modelVersion(model, version, isTrue(request.query, 'include_aliases'));
  });

  app.patch<ByVersion>(`${ROOT}/models/:name/versions/:version`, async (request): Promise<ModelVersionInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const model = lookup.manage(caller, 'MODEL', request.params.name);
    const { version } = requireVersion(model, versionNumber(request.params.version));
    const comment = textField(fieldsOf(request.body), 'comment');
    const change = comment === undefined ? {} : { comment };
    return infos.modelVersion(model, there(await models.update(model, version, change, caller.name), model, version));
  });

  app.patch<ByVersion>(
    `${ROOT}/models/:name/versions/:version/finalize`,
    async (request): Promise<ModelVersionInfo> => {
      const caller = await access.caller(request, 'unity-catalog');
      const model = lookup.existing('MODEL', request.params.name);
      lookup.rights.requireOn(caller, 'CREATE_MODEL_VERSION', model);
      const { version } = requireVersion(model, versionNumber(request.params.version));
      const ready = await models.update(model, version, { status: 'READY' }, caller.name);
      return infos.modelVersion(model, there(ready, model, version));
    },
  );

  app.delete<ByVersion>(`${ROOT}/models/:name/versions/:version`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    const model = lookup.manage(caller, 'MODEL', request.params.name);
    const { version } = requireVersion(model, versionNumber(request.params.version));
    await models.remove(model, version, caller.name);
    return {};
  });
}

export function versionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw invalidParameter(`"${text.slice(0, 100)}" is not a version of a registered model`);
}

export function requireVersion(model: Securable, version: number): ModelVersion {
  return there(findVersion(model, version), model, version);
}

function there(found: ModelVersion | undefined, { fullName }: Securable, version: number): ModelVersion {
  if (found !== undefined) return found;
  throw missing(`Version ${version} of registered model '${fullName}' does not exist.`);
}

export function noSuchAlias(alias: string, fullName: string): ServiceRefusal {
  return missing(`Alias '${alias.slice(0, 200)}' of registered model '${fullName}' does not exist.`);
}

function missing(message: string): ServiceRefusal {
  return new ServiceRefusal(404, 'RESOURCE_DOES_NOT_EXIST', message);
}
