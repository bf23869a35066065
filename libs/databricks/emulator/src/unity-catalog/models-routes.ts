import type {
  ListRegisteredModelsResponse,
  RegisteredModelAlias,
  RegisteredModelInfo,
} from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { decodePageToken, encodePageToken } from '../http/page-token';
import { pageLimit, queryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Principal } from '../identity/directory';
import { ROOT, type ByName, type CatalogApi } from './catalog-api';
import { fieldsOf, nameField, requiredField, textField } from './catalog-request';
import { modelDetailsOf } from './model-details';
import { noSuchAlias, requireVersion, versionNumber, type ByAlias } from './model-versions-routes';
import { RegisteredModels } from './registered-models';
import { isTrue, type ListedPage } from './securable-lists';

const PAGE = { usual: 100, maximum: 1000 };

/** `/models`: registered models and their aliases. Everybody who may execute one sees it. */
export function modelsRoutes(app: FastifyInstance, api: CatalogApi): void {
  const { access, lookup, lists, changes, infos } = api;
  const models = new RegisteredModels(lookup.metastore);

  app.get(`${ROOT}/models`, async (request): Promise<ListRegisteredModelsResponse> => {
    const { query } = request;
    const caller = await access.caller(request, 'unity-catalog');
    const [catalog, schema] = [queryText(query, 'catalog_name'), queryText(query, 'schema_name')];
    if ((catalog === undefined) !== (schema === undefined)) {
      throw invalidParameter('catalog_name and schema_name go together');
    }
    const { items, next } =
      catalog === undefined
        ? everywhere(caller, query)
        : lists.page(caller, query, 'MODEL', lists.parent(caller, query, 'SCHEMA', `${catalog}.${schema}`).fullName);
    const found = items.map(({ securable, browseOnly }) => infos.model(securable, browseOnly));
    return { ...(found.length > 0 && { registered_models: found }), ...next };
  });

  app.post(`${ROOT}/models`, async (request): Promise<RegisteredModelInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const fields = fieldsOf(request.body);
    const name = nameField(fields, 'MODEL');
    const parent = `${requiredField(fields, 'catalog_name')}.${requiredField(fields, 'schema_name')}`;
    const schema = changes.parentFor(caller, 'MODEL', parent);
    const comment = textField(fields, 'comment') ?? '';
    return infos.model(await changes.create(caller, 'MODEL', `${schema.fullName}.${name}`, { comment }));
  });

  app.get<ByName>(`${ROOT}/models/:name`, async (request): Promise<RegisteredModelInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { securable, browseOnly } = lists.one(caller, request.query, 'MODEL', request.params.name);
    const aliases = isTrue(request.query, 'include_aliases') ? modelDetailsOf(securable).aliases : undefined;
    return infos.model(securable, browseOnly, aliases);
  });

  app.patch<ByName>(`${ROOT}/models/:name`, async (request): Promise<RegisteredModelInfo> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { name } = request.params;
    return infos.model(await changes.update(caller, 'MODEL', name, request.body, { description: true }));
  });

  app.delete<ByName>(`${ROOT}/models/:name`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    await changes.remove(caller, 'MODEL', request.params.name, true);
    return {};
  });

  app.put<ByAlias>(`${ROOT}/models/:name/aliases/:alias`, async (request): Promise<RegisteredModelAlias> => {
    const caller = await access.caller(request, 'unity-catalog');
    const { name, alias } = request.params;
    const model = lookup.manage(caller, 'MODEL', name);
    const version = fieldsOf(request.body).get('version_num');
    if (typeof version !== 'number') throw invalidParameter('Missing required field: version_num');
    requireVersion(model, versionNumber(String(version)));
    await models.setAlias(model, aliasName(alias), version, caller.name);
    return { alias_name: alias.toLowerCase(), version_num: version };
  });

  app.delete<ByAlias>(`${ROOT}/models/:name/aliases/:alias`, async (request) => {
    const caller = await access.caller(request, 'unity-catalog');
    const { name, alias } = request.params;
    const model = lookup.manage(caller, 'MODEL', name);
    const known = modelDetailsOf(model).aliases.some((one) => one.name === alias.toLowerCase());
    if (!known) throw noSuchAlias(alias, model.fullName);
    await models.setAlias(model, alias.toLowerCase(), undefined, caller.name);
    return {};
  });

  /** All of the metastore: cut by full name, then filtered, as every list. */
  function everywhere(caller: Principal, query: unknown): ListedPage {
    const after = decodePageToken(['MODEL'], queryText(query, 'page_token'));
    const rest = lookup.metastore.all('MODEL').filter(({ fullName }) => after === undefined || fullName > after);
    const page = rest.slice(0, pageLimit(query, 'max_results', PAGE));
    const last = page.at(-1);
    return {
      items: page.flatMap((model) => lists.shown(caller, query, model) ?? []),
      next:
        last !== undefined && rest.length > page.length
          ? { next_page_token: encodePageToken(['MODEL'], last.fullName) }
          : {},
    };
  }
}

/** Aliases are kept without case. A number would be taken for a version, and `v1` too. */
function aliasName(alias: string): string {
  const name = alias.toLowerCase();
  if (/^[a-z_-][\w-]{0,254}$/.test(name) && name !== 'latest' && !/^v\d+$/.test(name)) return name;
  throw invalidParameter(`"${alias.slice(0, 200)}" is not a valid alias`);
}
