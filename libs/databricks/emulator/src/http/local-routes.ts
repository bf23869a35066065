import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Fault, Faults } from './faults';
import { invalidParameter, permissionDenied, ServiceRefusal } from './refusals';
import type { RequestLog } from './request-log';

interface FaultParams {
  Params: { id: string };
}

/** What the workspace shows of itself, for people and tests. Nothing of this exists on the platform. */
export function localRoutes(app: FastifyInstance, requestLog: RequestLog, faults: Faults): void {
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
    return reply.code(201).send(faults.add(parseFault(request.body)));
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

/**
 * These routes ask for no token, so a page from elsewhere must not reach them through the person's browser: neither by a
 * cross-site request nor by a name that resolves to this machine.
 */
function refuseForeignPages(request: FastifyRequest): void {
  const host = request.hostname;
  const local = host === '127.0.0.1' || host === 'localhost' || host === '[::1]';
  const { origin } = request.headers;
  if (!local || (origin !== undefined && origin !== `http://${request.host}`)) {
    throw permissionDenied('Only for this machine');
  }
}

const NUMBERS = ['status', 'delayMs', 'times'] as const;
const TEXTS = ['method', 'pathPrefix'] as const;

function parseFault(body: unknown): Fault {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidParameter('A fault is a JSON object');
  }
  const given = new Map<string, unknown>(Object.entries(body));
  const fault: Fault = {};
  for (const name of NUMBERS) {
    const value = given.get(name);
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      throw invalidParameter(`${name} must be a non-negative integer`);
    }
    fault[name] = value;
  }
  if (fault.status !== undefined && (fault.status < 200 || fault.status > 599)) {
    throw invalidParameter('status must be between 200 and 599');
  }
  for (const name of TEXTS) {
    const value = given.get(name);
    if (value === undefined) continue;
    if (typeof value !== 'string') throw invalidParameter(`${name} must be a string`);
    fault[name] = value;
  }
  const cut = given.get('cut');
  if (cut !== undefined) {
    if (cut !== 'connection' && cut !== 'body') throw invalidParameter('cut must be "connection" or "body"');
    fault.cut = cut;
  }
  const headers = given.get('headers');
  if (headers !== undefined) fault.headers = parseHeaders(headers);
  if (given.has('body')) fault.body = given.get('body');
  return fault;
}

function parseHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) throw invalidParameter('headers must be an object');
  const parsed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[a-z0-9-]+$/i.test(name) || typeof value !== 'string' || /[\r\n]/.test(value)) {
      throw invalidParameter('headers must map names to single-line strings');
    }
    parsed[name] = value;
  }
  return parsed;
}
