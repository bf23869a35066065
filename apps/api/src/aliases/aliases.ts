import type { IncomingMessage } from 'node:http';
import { asProblem, type ProblemDto, type ProblemForm } from '@lakescope/server-http';
import type { FastifyInstance } from 'fastify';
import { ALIASES, type Alias } from './alias-table';
import { formerNames, presentNames } from './parameter-names';

const API = '/api/';
const VERSIONED = '/api/v1/';
const PARAMETER = /:(\w+)/g;

interface KnownAlias {
  alias: Alias;
  matches: RegExp;
}

/**
 * Answers the paths of the first public API. The URL is exchanged before the request is routed, so an alias has no life of its own:
 * guards, limits, log lines and metrics are those of the route it stands for. Only the shape of errors stays what it was.
 */
export class Aliases {
  private readonly known: readonly KnownAlias[];
  /** Undefined for a method the path never had. */
  private readonly asked = new WeakMap<IncomingMessage, Alias | undefined>();

  constructor(table: readonly Alias[] = ALIASES) {
    this.known = table.map((alias) => ({
      alias,
      matches: new RegExp(`^${alias.path.replace(PARAMETER, '(?<$1>[^/]+)')}$`),
    }));
  }

  /** The URL to route by; Fastify's `rewriteUrl`. */
  readonly rewrite = (request: IncomingMessage): string => {
    const url = request.url ?? '/';
    if (!url.startsWith(API) || url.startsWith(VERSIONED)) return url;
    const queryAt = url.indexOf('?');
    const path = queryAt === -1 ? url : url.slice(0, queryAt);
    const candidates = this.known.filter(({ matches }) => matches.test(path));
    if (candidates.length === 0) return url;
    const found = candidates.find(({ alias }) => alias.method === request.method);
    this.asked.set(request, found?.alias);
    if (found === undefined) return url;
    const query = queryAt === -1 ? '' : url.slice(queryAt + 1);
    const adapted = found.alias.body === undefined ? presentNames(query, found.alias) : query;
    return target(found, path) + (adapted === '' ? '' : `?${adapted}`);
  };

  /** Exchanges bodies of the first API before they are validated; the routes see those they know. */
  useBodies(fastify: FastifyInstance): void {
    fastify.addHook('preValidation', (request, _reply, done) => {
      const body = this.asked.get(request.raw)?.body;
      if (body !== undefined) {
        request.body = body.present(request.query as Record<string, unknown>, request.body ?? undefined);
      }
      done();
    });
  }

  /** Methods that a path of the first API has. */
  methodsOf(path: string): string[] {
    return this.known.filter(({ matches }) => matches.test(path)).map(({ alias }) => alias.method);
  }

  /** Problems are told to those who use an alias in the words of the first API. */
  readonly form: ProblemForm = (request, problem) =>
    this.asked.has(request)
      ? {
          type: 'application/json; charset=utf-8',
          body: { detail: inFormerWords(formerNames(problem, this.asked.get(request))) },
        }
      : asProblem(request, problem);
}

function inFormerWords({ error_code, detail, technical_details, retry_after, correlation_id }: ProblemDto): object {
  return {
    // The first API knew one code for every token it could not use.
    error_code: error_code === 'AUTH_MALFORMED' ? 'AUTH_INVALID' : error_code,
    message: detail,
    technical_details,
    retry_after,
    correlation_id,
  };
}

/** The path of the route, with the segments as they came: still encoded, for the router decodes them once. */
function target({ alias, matches }: KnownAlias, path: string): string {
  const segments = matches.exec(path)?.groups ?? {};
  return alias.route.replace(PARAMETER, (_, name: string) => segments[name] ?? '');
}
