import type { FastifyInstance } from 'fastify';
import { invalidParameter, ServiceRefusal } from '../../http/refusals';
import type { Access } from '../../identity/access';
import { answerAsStorage } from '../../http/storage-refusal';
import { noSuchResult, RESULTS_PATH, type ResultLinks } from './result-links';
import { chunkText, STATEMENTS_PATH, statementText } from './statement-answer';
import type { Statement } from './statement';
import { parseStatementRequest } from './statement-request';
import type { Statements } from './statements';

interface ById {
  Params: { id: string };
}

interface ByChunk {
  Params: { id: string; index: string };
}

/** Longer than a statement may be, for the JSON around it. */
const BODY_LIMIT = 48 * 1024 ** 2;

const CONTENT_TYPES = {
  JSON_ARRAY: 'application/json',
  CSV: 'text/csv; charset=utf-8',
  ARROW_STREAM: 'application/vnd.apache.arrow.stream',
} as const;

/** The Statement Execution API. */
export function statementRoutes(
  app: FastifyInstance,
  access: Access,
  statements: Statements,
  links: ResultLinks,
): void {
  app.post(STATEMENTS_PATH, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const caller = await access.caller(request, 'sql');
    const wanted = parseStatementRequest(request.body);
    const { waitMilliseconds, cancelAfterWait } = wanted;
    const statement = statements.start(caller, wanted);
    // Nothing is waited for: not even a result that is there at once is part of the answer.
    if (waitMilliseconds === 0) {
      return reply.type('application/json').send({ statement_id: statement.id, status: { state: 'PENDING' } });
    }
    const inTime = await endsWithin(statement, waitMilliseconds);
    if (!inTime && cancelAfterWait) {
      statement.cancel();
      await statement.ended;
    }
    return reply.type('application/json').send(await statementText(statement, links));
  });

  app.get<ById>(`${STATEMENTS_PATH}/:id`, async (request, reply) => {
    const caller = await access.caller(request, 'sql');
    const statement = statements.require(caller, request.params.id);
    return reply.type('application/json').send(await statementText(statement, links));
  });

  app.post<ById>(`${STATEMENTS_PATH}/:id/cancel`, async (request) => {
    const caller = await access.caller(request, 'sql');
    statements.require(caller, request.params.id).cancel();
    return {};
  });

  app.get<ByChunk>(`${STATEMENTS_PATH}/:id/result/chunks/:index`, async (request, reply) => {
    const caller = await access.caller(request, 'sql');
    const statement = statements.require(caller, request.params.id);
    const { result, id } = statement;
    if (result === undefined) {
      const { state } = statement.status;
      throw new ServiceRefusal(400, 'INVALID_STATE', `The statement ${id} is ${state}; it has no result to fetch.`);
    }
    const index = chunkIndex(request.params.index);
    const chunk = index === undefined ? undefined : result.file.chunks[index];
    if (index === undefined || chunk === undefined) {
      throw invalidParameter(`The chunk index must be between 0 and ${Math.max(result.file.chunks.length - 1, 0)}.`);
    }
    return reply.type('application/json').send(await chunkText(statement, result, chunk, index, links));
  });

  void app.register((scope, _options, done) => {
    resultRoute(scope, statements, links);
    done();
  });
}

/** Where links to results lead: storage, which knows no tokens. */
function resultRoute(scope: FastifyInstance, statements: Statements, links: ResultLinks): void {
  answerAsStorage(scope);
  scope.get<ByChunk>(`${RESULTS_PATH}/:id/:index`, async (request, reply) => {
    links.check(request.raw.url ?? '', request.headers.authorization);
    const statement = statements.find(request.params.id);
    const chunk = statement?.result?.file.chunks[Number(request.params.index)];
    if (statement?.result === undefined || chunk === undefined) throw noSuchResult();
    const body = await statement.result.file.stream(chunk);
    // A client that has left, perhaps before the first byte, would leave the stream and its file open.
    if (reply.raw.destroyed) body.destroy();
    else reply.raw.once('close', () => body.destroy());
    return reply.type(CONTENT_TYPES[statement.format]).header('content-length', chunk.byteCount).send(body);
  });
}

function endsWithin(statement: Statement, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    void statement.ended.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

function chunkIndex(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
