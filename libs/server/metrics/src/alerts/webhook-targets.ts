import { isIP } from 'node:net';
import { MetricsConfig } from '@lakescope/server-config';
import { InvalidRequest, isPublicAddress } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';

/** Where messages may be posted to. */
@Injectable()
export class WebhookTargets {
  private readonly listed: ReadonlySet<string>;

  constructor({ webhookHosts }: MetricsConfig) {
    this.listed = new Set(webhookHosts.map((host) => host.toLowerCase()));
  }

  /**
   * The URL, when messages may go there: https on the public internet, or a host that LAKESCOPE_WEBHOOK_HOSTS names. Throws
   * `InvalidRequest`. Names are looked up when something is sent, and held to the same rule then.
   */
  parse(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) throw refused('is not a URL');
    if (url.username !== '' || url.password !== '') throw refused('must not hold a user name or a password');
    if (this.isListed(url)) {
      if (url.protocol === 'https:' || url.protocol === 'http:') return url;
    } else if (url.protocol === 'https:' && !isPrivateLiteral(url)) return url;
    throw refused(
      url.protocol === 'https:'
        ? 'is not on the public internet: LAKESCOPE_WEBHOOK_HOSTS may name further hosts'
        : 'must begin with https://',
    );
  }

  /** Whether the environment names the host, with or without its port. */
  isListed(url: URL): boolean {
    return this.listed.has(url.hostname) || this.listed.has(url.host);
  }
}

/** What is written as a number, in any way (`0x7f.1` is `127.0.0.1` by now), or as a name that only this machine or network knows. */
function isPrivateLiteral({ hostname }: URL): boolean {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) return !isPublicAddress(literal);
  return !hostname.includes('.') || /(^|\.)(localhost|local|internal|home\.arpa)\.?$/.test(hostname);
}

function refused(message: string): InvalidRequest {
  return new InvalidRequest(`webhook_url ${message}`, [{ path: 'webhook_url', message }]);
}
