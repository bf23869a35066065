import { RouteTable } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';

/** What people call an endpoint, by the name it is counted under: the template of its route. */
@Injectable()
export class EndpointTemplates {
  private readonly routes: RouteTable | undefined;

  /** Before the routes are made, so that it hears of each. A command has none. */
  constructor(host: HttpAdapterHost) {
    const server = host.httpAdapter?.getInstance<Partial<FastifyInstance> | undefined>();
    if (server?.addHook !== undefined) this.routes = new RouteTable(server as FastifyInstance);
  }

  /** What is no path of a route stays as it is: it may be one of an earlier release, or one that stands for many. */
  of(endpoint: string | undefined): string | undefined {
    if (endpoint === undefined) return undefined;
    const [path = endpoint] = endpoint.split('?');
    return this.routes?.templateOf(path) ?? endpoint;
  }
}
