import { ERROR_CODES, problemResponse, type ErrorCode } from '@lakescope/server-http';
import { operationsOf, type OpenApi, type Operation } from './document';

const SAFE = new Set(['get', 'head', 'options']);

/** Guards, pipes, limits and filters answer for every route, so their codes are added here and not at each controller. */
export function addCommonProblems(
  operation: Operation,
  { method, isPublic }: { method: string; isPublic: boolean },
): void {
  const codes = new Set<ErrorCode>(documentedCodes(operation));
  codes.add('INTERNAL');
  if (!isPublic) {
    codes.add('AUTH_MISSING').add('AUTH_MALFORMED').add('AUTH_INVALID').add('AUTH_EXPIRED');
    codes.add('RATE_LIMITED').add('AUTH_RATE_LIMITED').add('AUTH_USER_IDENTITY_FAILED').add('UPSTREAM_TIMEOUT');
  }
  if ((operation.parameters ?? []).length > 0 || operation.requestBody !== undefined) codes.add('INVALID_REQUEST');
  if (operation.requestBody !== undefined) codes.add('PAYLOAD_TOO_LARGE').add('UNSUPPORTED_MEDIA_TYPE');
  if (!SAFE.has(method)) codes.add('CSRF_REJECTED');
  for (const status of new Set([...codes].map((code) => ERROR_CODES[code].status))) {
    operation.responses[String(status)] = problemResponse(
      [...codes].filter((code) => ERROR_CODES[code].status === status),
    );
  }
  operation.responses = Object.fromEntries(Object.entries(operation.responses).sort(([a], [b]) => a.localeCompare(b)));
}

/** What `@ApiProblems` has said: each code is the name of an example. */
function documentedCodes(operation: Operation): ErrorCode[] {
  return Object.entries(operation.responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([, answer]) => Object.values(answer.content ?? {}))
    .flatMap(({ examples }) => Object.keys(examples ?? {}))
    .filter((name): name is ErrorCode => name in ERROR_CODES);
}

/** The same forty examples stand at every route, so they are kept once and referred to. */
export function shareProblemExamples(document: OpenApi): void {
  const shared: Record<string, unknown> = {};
  for (const { operation } of operationsOf(document)) {
    for (const answer of Object.values(operation.responses)) {
      for (const media of Object.values(answer.content ?? {})) {
        for (const [code, example] of Object.entries(media.examples ?? {})) {
          if (!(code in ERROR_CODES) || media.examples === undefined) continue;
          shared[code] = example;
          media.examples[code] = { $ref: `#/components/examples/${code}` };
        }
      }
    }
  }
  document.components = { ...document.components, examples: shared };
}
