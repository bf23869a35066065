import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CrossSiteRequest } from './request.errors';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const FORM_TYPE = /^\s*(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/**
 * The platform's proxy authenticates by a cookie, so a page of another site could make a browser send a state-changing request. Browsers
 * say where a request comes from; requests that say nothing (curl, services) are let through unless a plain HTML form could have sent
 * them.
 */
export function useCsrfRule(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const reason = SAFE_METHODS.has(request.method) ? undefined : crossSiteReason(request);
    if (reason === undefined) done();
    else done(new CrossSiteRequest(reason));
  });
}

function crossSiteReason(request: FastifyRequest): string | undefined {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site') return 'it comes from another site';
  const { origin } = headers;
  if (origin !== undefined) {
    return hostOf(origin) === askedHost(request) ? undefined : 'its Origin is not the address of this app';
  }
  if (site === undefined && FORM_TYPE.test(headers['content-type'] ?? ''))
    return 'its body has a type that any site could send';
  return undefined;
}

/** Scheme aside: TLS ends at the proxy. `null` and nonsense belong to no host. */
function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host.toLowerCase();
  } catch {
    return undefined;
  }
}

/** The host in the browser's address bar; behind the proxy only X-Forwarded-Host knows it. */
function askedHost(request: FastifyRequest): string | undefined {
  const forwarded = request.headers['x-forwarded-host'];
  const asked = (
    typeof forwarded === 'string' && forwarded !== '' ? forwarded.split(',')[0] : request.headers.host
  )?.trim();
  return asked?.toLowerCase().replace(/:(?:80|443)$/, '');
}
