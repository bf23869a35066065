import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CrossSiteRequest } from './request.errors';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/**
 * What `Sec-Fetch-Site` may say: this very origin, or nobody's page at all. A sibling on the same site is refused: the apps of other people
 * are siblings of this one. So is whatever browsers may say one day, and two answers at once.
 */
const HARMLESS_SITES: ReadonlySet<unknown> = new Set(['same-origin', 'none']);

const FORM_TYPE = /^\s*(?:text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/**
 * The platform's proxy authenticates by a cookie, so a page of another site could make a browser send a state-changing request. Browsers
 * say where a request comes from; requests that say nothing (curl, services) are let through unless a plain HTML form could have sent
 * them.
 */
export function useCsrfRule(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (SAFE_METHODS.has(request.method)) {
      done();
      return;
    }
    const reason = crossSiteReason(request);
    if (reason === undefined) done();
    else done(new CrossSiteRequest(reason));
  });
}

function crossSiteReason({ headers }: FastifyRequest): string | undefined {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !HARMLESS_SITES.has(site)) return 'it comes from another site';
  const { origin } = headers;
  if (origin !== undefined && !isAskedHost(origin, headers)) return 'its Origin is not the address of this app';
  // Without a word of the browser's about its own origin, only what no form can send is let through.
  if (site !== 'same-origin' && origin === undefined && FORM_TYPE.test(headers['content-type'] ?? '')) {
    return 'its body has a type that any site could send; send JSON, with Content-Type: application/json';
  }
  return undefined;
}

function isAskedHost(origin: string, headers: IncomingHttpHeaders): boolean {
  const host = hostOf(origin);
  return host !== undefined && host === askedHost(headers);
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
function askedHost(headers: IncomingHttpHeaders): string | undefined {
  const forwarded = headers['x-forwarded-host'];
  const asked = (typeof forwarded === 'string' && forwarded !== '' ? forwarded.split(',')[0] : headers.host)?.trim();
  return asked?.toLowerCase().replace(/:(?:80|443)$/, '');
}
