import { pathOf, problemOf, type HttpLimits, type ProblemForm, type RequestEnds } from '@lakescope/server-http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

/** A URL the router cannot read (bad percent-encoding, an endless segment) is refused before any hook runs. */
export function answerMalformedUrl(
  form: ProblemForm,
  { paramCharacters }: Pick<HttpLimits, 'paramCharacters'>,
  ends: RequestEnds,
) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const detail =
      error.code === 'FST_ERR_MAX_PARAM_LENGTH'
        ? `A name in the path is longer than ${paramCharacters} characters`
        : 'The URL cannot be read';
    const problem = problemOf(
      { code: 'INVALID_REQUEST', detail, errorType: error.code },
      request.id,
      pathOf(request.url),
    );
    ends.unroutable(request, problem.status, problem.error_code);
    const { type, body } = form(request.raw, problem);
    reply
      .header('X-Correlation-ID', request.id)
      .header('Cache-Control', 'no-store')
      .header('X-Content-Type-Options', 'nosniff')
      .type(type)
      .status(problem.status)
      .send(body);
  };
}
