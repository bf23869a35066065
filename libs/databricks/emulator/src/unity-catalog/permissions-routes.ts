import type { EffectivePermissionsList, PermissionsList } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import { pageLimit, queryText } from '../http/query';
import { invalidParameter } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Directory } from '../identity/directory';
import type { Lookup } from './lookup';
import { Permissions } from './permissions';
import { SECURABLE_TYPES, type Securable } from './securables';

const ROOT = '/api/2.1/unity-catalog';
const PAGE = { usual: 1000, maximum: 1000 };

interface ByTypeAndName {
  Params: { type: string; name: string };
}

/** Grants over HTTP. Every answer is one page: a local workspace has few. */
export function permissionsRoutes(app: FastifyInstance, access: Access, lookup: Lookup, directory: Directory): void {
  const permissions = new Permissions(lookup.metastore, lookup.rights, directory);

  const target = ({ type, name }: ByTypeAndName['Params']): Securable => {
    // The type comes in lower or upper case.
    const known = SECURABLE_TYPES.find((level) => level === type.toUpperCase().replaceAll('-', '_'));
    if (known === undefined)
      throw invalidParameter(`'${type.slice(0, 100)}' is no type of securable this workspace has`);
    // Grants call a registered model a function.
    const isModel = known === 'FUNCTION' && lookup.metastore.find('MODEL', name) !== undefined;
    return lookup.existing(isModel ? 'MODEL' : known, name);
  };

  app.get<ByTypeAndName>(`${ROOT}/permissions/:type/:name`, async (request): Promise<PermissionsList> => {
    const caller = await access.caller(request, 'unity-catalog');
    pageLimit(request.query, 'max_results', PAGE);
    return permissions.direct(caller, target(request.params), queryText(request.query, 'principal'));
  });

  app.patch<ByTypeAndName>(`${ROOT}/permissions/:type/:name`, async (request): Promise<PermissionsList> => {
    const caller = await access.caller(request, 'unity-catalog');
    return permissions.change(caller, target(request.params), request.body);
  });

  app.get<ByTypeAndName>(
    `${ROOT}/effective-permissions/:type/:name`,
    async (request): Promise<EffectivePermissionsList> => {
      const caller = await access.caller(request, 'unity-catalog');
      pageLimit(request.query, 'max_results', PAGE);
      return permissions.effective(caller, target(request.params), queryText(request.query, 'principal'));
    },
  );
}
