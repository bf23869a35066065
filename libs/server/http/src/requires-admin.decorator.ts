import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const ADMIN_ROUTE = 'lakescope:admin-route';

/** Only for administrators: the admin guard asks the platform for the caller's groups, and an answer it does not get is a no. */
export const RequiresAdmin = (): CustomDecorator => SetMetadata(ADMIN_ROUTE, true);
