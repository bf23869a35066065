import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const PUBLIC_ROUTE = 'lakescope:public-route';

/** Opens a route to everybody; without it a route needs an identity. */
export const Public = (): CustomDecorator => SetMetadata(PUBLIC_ROUTE, true);
