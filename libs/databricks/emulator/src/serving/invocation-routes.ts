import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ServiceRefusal } from '../http/refusals';
import { streamFaultOf } from '../http/fault-hooks';
import type { Access } from '../identity/access';
import { faultyEvents } from './faulty-events';
import { badRequest, fieldsOfCall } from './foundation/generation-request';
import { readBody } from './invocation-body';
import type { Invocations } from './invocations';

/** How long a request may take. Source: the platform's page on model serving limits. */
const LONGEST_MILLISECONDS = 297_000;
/** What the request counts as when its client left before it was answered. */
const CLIENT_LEFT = 499;

interface ByName {
  Params: { name: string };
}

interface ByServedName {
  Params: { name: string; served: string };
}

/** Requests to served models. Bodies of any type reach the models as they are. */
export function invocationRoutes(server: FastifyInstance, access: Access, invocations: Invocations): void {
  void server.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    app.post<ByName>('/serving-endpoints/:name/invocations', (request, reply) =>
      answer(request, reply, () => ({ endpoint: request.params.name })),
    );
    app.post<ByServedName>('/serving-endpoints/:name/served-models/:served/invocations', (request, reply) =>
      answer(request, reply, () => ({ endpoint: request.params.name, served: request.params.served })),
    );
    // OpenAI's clients name the endpoint as the model.
    for (const path of ['chat/completions', 'completions', 'embeddings', 'responses']) {
      app.post(`/serving-endpoints/${path}`, (request, reply) => answer(request, reply, endpointNamedIn));
    }
  });

  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    whichOf: (body: Buffer) => { endpoint: string; served?: string },
  ): Promise<FastifyReply> => {
    const caller = await access.caller(request, 'serving-inference');
    const body = await readBody(request.body);
    const ended = new AbortController();
    const { signal } = ended;
    const tooLong = setTimeout(() => ended.abort(tookTooLong()), LONGEST_MILLISECONDS).unref();
    const contentType = request.headers['content-type'] ?? 'application/json';
    const running = invocations.begin(caller, { ...whichOf(body), body, contentType, signal });
    reply.header('served-model-name', running.served);
    reply.raw.once('close', () => {
      const finished = reply.raw.writableFinished;
      clearTimeout(tooLong);
      ended.abort(new ServiceRefusal(CLIENT_LEFT, 'CANCELLED', 'The client has left'));
      running.close(finished ? reply.raw.statusCode : CLIENT_LEFT);
    });
    const answered = await running.answer();
    if ('body' in answered) {
      reply.code(answered.status ?? 200).type('application/json');
      return reply.send(Buffer.isBuffer(answered.body) ? answered.body : JSON.stringify(answered.body));
    }
    reply.type('text/event-stream; charset=utf-8').header('cache-control', 'no-cache');
    const events = faultyEvents(answered.events, streamFaultOf(request), signal);
    return reply.send(Readable.from(events, { objectMode: false, highWaterMark: 0 }));
  };
}

function tookTooLong(): ServiceRefusal {
  const seconds = LONGEST_MILLISECONDS / 1000;
  return new ServiceRefusal(504, 'DEADLINE_EXCEEDED', `The model did not answer within ${seconds} seconds.`);
}

function endpointNamedIn(body: Buffer): { endpoint: string } {
  const model = fieldsOfCall(body).get('model');
  if (typeof model === 'string' && model !== '') return { endpoint: model };
  throw badRequest("Missing required field 'model': the name of the endpoint");
}
