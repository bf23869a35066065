import type { FastifyInstance, FastifyRequest } from 'fastify';
import { serviceOf, type FaultPlans } from './fault-plans';
import { InvalidFault } from './faults';
import { parseFault } from './parse-fault';
import { invalidParameter, permissionDenied, ServiceRefusal } from './refusals';
import type { RequestLog } from './request-log';
import { RouteTable } from './route-table';

interface FaultParams {
  Params: { id: string };
}

/** What the workspace shows of itself, for people and tests, before it is given any other route. Nothing of this exists on the platform. */
export function localRoutes(app: FastifyInstance, requestLog: RequestLog, faults: FaultPlans): void {
  const table = new RouteTable(app);

  app.get('/.local/routes', async (request) => {
    refuseForeignPages(request);
    return { routes: table.list() };
  });

  app.get('/.local/requests', async (request) => {
    refuseForeignPages(request);
    return { total: requestLog.count(), requests: requestLog.entries() };
  });

  app.get('/.local/gaps', async (request) => {
    refuseForeignPages(request);
    return { gaps: requestLog.gaps() };
  });

  app.get('/.local/faults', async (request) => {
    refuseForeignPages(request);
    return { faults: faults.list() };
  });

  app.post('/.local/faults', async (request, reply) => {
    refuseForeignPages(request);
    try {
      const fault = parseFault(request.body);
      return reply.code(201).send(faults.add(serviceOf(fieldOf(request.body, 'service')), fault));
    } catch (error) {
      if (error instanceof InvalidFault) throw invalidParameter(error.message);
      throw error;
    }
  });

  app.delete('/.local/faults', async (request, reply) => {
    refuseForeignPages(request);
    faults.clear();
    return reply.code(204).send();
  });

  app.delete<FaultParams>('/.local/faults/:id', async (request, reply) => {
    refuseForeignPages(request);
    if (!faults.remove(request.params.id)) throw new ServiceRefusal(404, 'NOT_FOUND', 'No such fault');
    return reply.code(204).send();
  });
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? new Map<string, unknown>(Object.entries(body)).get(name)
    : undefined;
}

/**
 * These routes ask for no token, so a page from elsewhere must not reach them through the person's browser: neither by a
 * cross-site request nor by a name that resolves to this machine.
 */
export function refuseForeignPages(request: FastifyRequest): void {
  const host = request.hostname;
  const local = host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
  const { origin } = request.headers;
  if (!local || (origin !== undefined && origin !== `http://${request.host}`)) {
    throw permissionDenied('Only for this machine');
  }
}
