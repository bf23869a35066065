import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { personaCookie, personaHeader, type ForwardedIdentity } from './forwarded-identity';

/** Between two neighbours only (RFC 9110 7.6.1); `Connection` may name more. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];
/** The app must never see these as the client sent them, nor spelled with underscores. */
const ownedByProxy = ['authorization', 'expect', 'forwarded', 'x-real-ip', 'x-request-id', personaHeader];

/** What the app gets: the client's headers, minus everything that only the proxy may say, plus what it says. */
export function requestHeaders(request: IncomingMessage, identity: ForwardedIdentity): OutgoingHttpHeaders {
  const headers = endToEndHeaders(request, (name) => ownedByProxy.includes(name) || name.startsWith('x-forwarded-'));
  const cookie = withoutPersona(request.headers.cookie);
  if (cookie === undefined) delete headers['cookie'];
  else headers['cookie'] = cookie;
  return Object.assign(headers, {
    'x-forwarded-access-token': identity.accessToken,
    'x-forwarded-email': identity.email,
    'x-forwarded-user': identity.user,
    'x-forwarded-preferred-username': identity.preferredUsername,
    'x-forwarded-host': request.headers.host ?? '',
    'x-real-ip': (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    'x-request-id': randomUUID(),
  });
}

/** The client's headers without what concerns only the line to here or is dropped besides, with its body's framing said. */
export function endToEndHeaders(request: IncomingMessage, isDropped: (name: string) => boolean): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  const hop = new Set([...hopByHop, ...namedByConnection(request)]);
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (values === undefined || hop.has(canonical(name)) || isDropped(canonical(name))) continue;
    headers[name] = values.length === 1 ? values[0] : values;
  }
  return Object.assign(headers, bodyFraming(request));
}

/** The app's headers as it sent them, in its order and spelling, without what concerns only the line to the proxy. */
export function responseHeaders(response: IncomingMessage): string[] {
  const dropped = new Set([...hopByHop, ...namedByConnection(response)]);
  const kept: string[] = [];
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = response.rawHeaders.slice(at, at + 2);
    if (!dropped.has(canonical(name))) kept.push(name, value);
  }
  return kept;
}

export function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

// Said out loud, because Node's client would guess by the method: chunks for a POST without a body, none for a DELETE with.
function bodyFraming(request: IncomingMessage): OutgoingHttpHeaders {
  if (request.headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  const mayCarryBody = ['POST', 'PUT', 'PATCH'].includes(request.method ?? '');
  return mayCarryBody && request.headers['content-length'] === undefined ? { 'content-length': '0' } : {};
}

function namedByConnection(message: IncomingMessage): string[] {
  return (message.headers.connection ?? '').split(',').map((name) => canonical(name.trim()));
}

/** Some servers read x_real_ip as x-real-ip, so both spellings are one name here. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function withoutPersona(cookie: string | undefined): string | undefined {
  const kept = cookie?.split(';').filter((pair) => !pair.trim().startsWith(`${personaCookie}=`));
  return kept === undefined || kept.length === 0 ? undefined : kept.join(';').trim();
}
