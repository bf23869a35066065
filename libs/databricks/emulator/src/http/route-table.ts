import type { FastifyInstance } from 'fastify';

/** One thing the workspace answers: a method and the template of its path. */
export interface Route {
  readonly method: string;
  /** Parameters begin with a colon, `*` is any rest: `/api/2.0/apps/:name`. */
  readonly path: string;
}

/** Every route that the server is given from now on, as the server itself has them. */
export class RouteTable {
  private readonly routes: Route[] = [];

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) this.routes.push({ method: one, path: url });
    });
  }

  list(): readonly Route[] {
    return this.routes;
  }
}
