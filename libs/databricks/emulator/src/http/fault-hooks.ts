import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cutMidBody } from './cut-mid-body';
import type { Faults, PlannedFault } from './faults';
import { expiredToken, invalidToken, ServiceRefusal } from './refusals';

export interface FaultHookOptions {
  faults: Faults;
  pathOf(request: FastifyRequest): string;
  /** Whose valid token the request carries: a user name or client id. */
  bearerOf(request: FastifyRequest): Promise<string | undefined>;
}

/** Faults whose requests are handled first. */
const later = new WeakMap<FastifyRequest, PlannedFault>();

/** Whether a fault is planned for what the handler answers: it has to go through the reply then, as text or as a stream. */
export function willChangeAnswer(request: FastifyRequest): boolean {
  return later.has(request);
}

/** The fault planned for the stream this request is answered with, if there is one. */
export function streamFaultOf(request: FastifyRequest): PlannedFault | undefined {
  const fault = later.get(request);
  return fault?.stream === undefined ? undefined : fault;
}

/** Makes planned faults happen, before or after the handler. */
export function addFaultHooks(app: FastifyInstance, { faults, pathOf, bearerOf }: FaultHookOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    const caller = faults.dependOnCaller ? await bearerOf(request) : undefined;
    const fault = faults.take(request.method, pathOf(request), caller);
    if (fault === undefined) return undefined;
    if (
      fault.afterHandler === true ||
      fault.cut === 'body' ||
      fault.hideCreatedFor !== undefined ||
      fault.stream !== undefined
    ) {
      later.set(request, fault);
    }
    if (fault.afterHandler === true) return undefined;
    if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
    if (fault.token !== undefined) throw fault.token === 'expired' ? expiredToken() : invalidToken();
    if (fault.cut === 'connection') return cutConnection(request, reply);
    if (fault.status === undefined) return undefined;
    reply.code(fault.status).headers({ ...fault.headers });
    return send(reply, bodyOf(fault, fault.status, request));
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const fault = later.get(request);
    if (fault === undefined) return payload;
    if (fault.hideCreatedFor !== undefined && reply.statusCode < 300) {
      hideFor(faults, fault.hideCreatedFor, createdPath(request.method, pathOf(request), payload));
    }
    if (fault.cut === 'body') return cutMidBody(reply, payload);
    if (fault.afterHandler !== true) return payload;
    if (payload instanceof Readable) payload.destroy();
    if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
    if (fault.cut === 'connection') {
      request.raw.socket.destroy();
      return '';
    }
    return replaceAnswer(fault, request, reply);
  });
}

/** Where the created thing will be asked for; undefined when the answer does not tell. */
function createdPath(method: string, path: string, payload: unknown): string | undefined {
  if (method === 'PUT') return path;
  // Found in the text, because some answers are not one JSON object.
  const text = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.toString() : '';
  // Serving endpoints have an id, too, and are asked for by their name.
  const fields = path.endsWith('/serving-endpoints') ? ['name'] : ['full_name', 'id', 'statement_id', 'name'];
  const names = fields.map((field) => new RegExp(`"${field}":"([^"\\\\]+)"`).exec(text));
  const name = names.find((found) => found !== null)?.[1];
  return name === undefined ? undefined : `${path}/${encodeURIComponent(name)}`;
}

/** Whoever reads it is told so many times that it is not there. */
export function hideFor(faults: Faults, times: number, path: string | undefined): void {
  if (path === undefined) return;
  for (const method of ['GET', 'HEAD']) faults.add({ method, path, status: 404, times });
}

function cutConnection(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.destroy();
  return reply;
}

/** Nothing of the handler's answer may be left, or the caller would know. */
function replaceAnswer(fault: PlannedFault, request: FastifyRequest, reply: FastifyReply): string {
  const status = fault.status ?? 500;
  for (const name of ['content-type', 'content-length', 'content-range', 'etag', 'last-modified', 'location']) {
    reply.removeHeader(name);
  }
  const body = bodyOf(fault, status, request);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  reply.code(status).type(typeof body === 'string' ? 'text/plain' : 'application/json');
  reply.headers({ ...fault.headers }).header('content-length', Buffer.byteLength(text));
  return text;
}

/** A string is sent as it is: some gateways answer with plain text or HTML. */
function send(reply: FastifyReply, body: unknown): FastifyReply {
  return typeof body === 'string' ? reply.send(body) : reply.type('application/json').send(JSON.stringify(body));
}

function bodyOf(fault: PlannedFault, status: number, request: FastifyRequest): unknown {
  return fault.body ?? new ServiceRefusal(status, codeOf(status), `Planned fault ${fault.id}`).body(request.id);
}

/** The code the platform gives an answer of this status; clients believe it more than the status. */
const CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'RESOURCE_CONFLICT',
  429: 'REQUEST_LIMIT_EXCEEDED',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function codeOf(status: number): string {
  return CODES[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_ERROR');
}
