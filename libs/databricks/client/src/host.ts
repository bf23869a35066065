import { isIP } from 'node:net';

/** Thrown for an address the client refuses to talk to at all. */
export class InvalidHost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidHost';
  }
}

/**
 * The workspace's origin. The platform may give a bare host name (then it is https); plain http is for loopback only, since every call
 * carries a token.
 */
export function workspaceOrigin(host: string): URL {
  const text = host.trim();
  let url: URL;
  try {
    url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  } catch {
    throw new InvalidHost('is not a host name or URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new InvalidHost('must be an https URL');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new InvalidHost('must be https (http is for loopback only)');
  if (url.username !== '' || url.password !== '') throw new InvalidHost('must not carry a user name or password');
  return new URL(url.origin);
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (bare === 'localhost' || bare === '::1') return true;
  return isIP(bare) === 4 && bare.startsWith('127.');
}
