import { SetMetadata, applyDecorators, type CustomDecorator } from '@nestjs/common';

export const ADMIN_ROUTE = 'lakescope:admin-route';
export const OWN_APP_ROUTE = 'lakescope:own-app-route';

/** Only for administrators: the admin guard asks the platform for the caller's groups, and an answer it does not get is a no. */
export const RequiresAdmin = (): CustomDecorator => SetMetadata(ADMIN_ROUTE, true);

/** For administrators, and for the app's own service principal, as which scheduled jobs of the workspace come. */
export const RequiresAdminOrOwnApp = (): ClassDecorator & MethodDecorator =>
  applyDecorators(RequiresAdmin(), SetMetadata(OWN_APP_ROUTE, true));
