import type {
  GetMlflowModelVersionResponse,
  GetMlflowRegisteredModelResponse,
  SearchMlflowModelVersionsResponse,
  SearchMlflowRegisteredModelsResponse,
} from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText, requiredQueryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Lookup } from '../unity-catalog/lookup';
import { modelDetailsOf } from '../unity-catalog/model-details';
import { noSuchAlias, requireVersion } from '../unity-catalog/model-versions-routes';
import { describeModel, describeVersion } from './registered-model-description';

const ROOT = '/api/2.0/mlflow/unity-catalog';
const PAGE = { usual: 100, maximum: 1000 };

/** How MLflow's client looks for the models of Unity Catalog. Everybody sees those he may execute. */
export function registeredModelsRoutes(app: FastifyInstance, access: Access, lookup: Lookup): void {
  app.get(`${ROOT}/registered-models/get`, async (request): Promise<GetMlflowRegisteredModelResponse> => {
    const caller = await access.caller(request, 'mlflow');
    return {
      registered_model: describeModel(lookup.require(caller, 'MODEL', requiredQueryText(request.query, 'name'))),
    };
  });

  app.get(`${ROOT}/registered-models/alias`, async (request): Promise<GetMlflowModelVersionResponse> => {
    const caller = await access.caller(request, 'mlflow');
    const model = lookup.require(caller, 'MODEL', requiredQueryText(request.query, 'name'));
    const alias = requiredQueryText(request.query, 'alias');
    const found = modelDetailsOf(model).aliases.find(({ name }) => name === alias.toLowerCase());
    if (found === undefined) throw noSuchAlias(alias, model.fullName);
    return { model_version: describeVersion(model, requireVersion(model, found.version), lookup) };
  });

  app.get(`${ROOT}/registered-models/search`, async (request): Promise<SearchMlflowRegisteredModelsResponse> => {
    const { query } = request;
    const caller = await access.caller(request, 'mlflow');
    const after = decodePageToken(['MODEL'], queryText(query, 'page_token'));
    const rest = lookup.metastore.all('MODEL').filter(({ fullName }) => after === undefined || fullName > after);
    const page = rest.slice(0, pageLimit(query, 'max_results', PAGE));
    const shown = page.filter((model) => lookup.rights.sees(caller, model)).map(describeModel);
    const last = page.at(-1);
    return {
      ...(shown.length > 0 && { registered_models: shown }),
      ...(last !== undefined &&
        rest.length > page.length && { next_page_token: encodePageToken(['MODEL'], last.fullName) }),
    };
  });

  app.get(`${ROOT}/model-versions/search`, async (request): Promise<SearchMlflowModelVersionsResponse> => {
    const { query } = request;
    const caller = await access.caller(request, 'mlflow');
    const model = lookup.require(caller, 'MODEL', modelNamedBy(requiredQueryText(query, 'filter')));
    const after = Number(decodePageToken([model.fullName], queryText(query, 'page_token')) ?? 0);
    const rest = modelDetailsOf(model).versions.filter(({ version }) => version > after);
    const page = rest.slice(0, pageLimit(query, 'max_results', PAGE));
    const last = page.at(-1);
    return {
      ...(page.length > 0 && { model_versions: page.map((version) => describeVersion(model, version, lookup)) }),
      ...(last !== undefined &&
        rest.length > page.length && { next_page_token: encodePageToken([model.fullName], String(last.version)) }),
    };
  });
}

/** Of models in Unity Catalog the platform takes no other filter. */
function modelNamedBy(filter: string): string {
  const [, name] = /^\s*name\s*=\s*'([^']+)'\s*$/i.exec(filter) ?? [];
  if (name !== undefined) return name;
  throw invalidParameter(`Unsupported filter: ${filter.slice(0, 200)}. Versions are searched by name = '<full name>'.`);
}
