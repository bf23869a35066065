import type { ObjectPermissions, PermissionLevelsResponse } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../identity/access';
import type { Directory } from '../identity/directory';
import type { AccessControl } from './access-control';
import { ObjectPermissionLists } from './object-permissions';
import type { ObjectAddress } from './object-type';

interface ByObject {
  Params: { type: string; id: string };
}

/** The Permissions API over everything that is registered. Some types have a slash in their name: `sql/warehouses`. */
export function objectPermissionsRoutes(
  app: FastifyInstance,
  access: Access,
  accessControl: AccessControl,
  directory: Directory,
): void {
  const lists = new ObjectPermissionLists(accessControl, directory);

  const routesAt = (root: string, address: (params: ByObject['Params']) => ObjectAddress): void => {
    app.get<ByObject>(`${root}/:type/:id`, async (request): Promise<ObjectPermissions> => {
      const caller = await access.caller(request, 'access-management');
      return lists.show(caller, address(request.params));
    });

    app.get<ByObject>(`${root}/:type/:id/permissionLevels`, async (request): Promise<PermissionLevelsResponse> => {
      const caller = await access.caller(request, 'access-management');
      return { permission_levels: lists.levels(caller, address(request.params)) };
    });

    app.put<ByObject>(`${root}/:type/:id`, async (request): Promise<ObjectPermissions> => {
      const caller = await access.caller(request, 'access-management');
      return lists.replace(caller, address(request.params), request.body);
    });

    app.patch<ByObject>(`${root}/:type/:id`, async (request): Promise<ObjectPermissions> => {
      const caller = await access.caller(request, 'access-management');
      return lists.change(caller, address(request.params), request.body);
    });
  };

  routesAt('/api/2.0/permissions', ({ type, id }) => ({ type, id }));
  routesAt('/api/2.0/permissions/sql', ({ type, id }) => ({ type: `sql/${type}`, id }));
}
