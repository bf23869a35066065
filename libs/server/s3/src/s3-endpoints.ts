import { isIP } from 'node:net';
import { S3Config } from '@lakescope/server-config';
import { InvalidRequest, isPublicAddress } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';

/**
 * Endpoints of AWS itself (AWS General Reference, "Amazon S3 endpoints"). Not everything below amazonaws.com: machines that anybody may
 * rent have names there too.
 */
const OF_AWS = /^s3(?:-fips)?(?:\.dualstack)?(?:[.-][a-z]{2}(?:-[a-z]+){1,3}-\d{1,2})?\.amazonaws\.com(?:\.cn)?$/;

interface ListedEndpoint {
  readonly protocol: 'http:' | 'https:';
  /** With the port, unless it is the protocol's own. */
  readonly host: string;
  /** Whether buckets may be part of the host's name: `bucket.host`. */
  readonly withBuckets: boolean;
}

/** Where a connection leads. */
export interface S3Endpoint {
  readonly url: URL;
  /** Whether the environment names it: then it may be anywhere, and is not held to the public internet. */
  readonly isListed: boolean;
}

/** Which endpoints connections may name: those of AWS, and those that the environment names. */
@Injectable()
export class S3Endpoints {
  private readonly listed: readonly ListedEndpoint[];

  constructor({ endpoints, defaultEndpoint }: S3Config) {
    this.listed = [...endpoints, ...(defaultEndpoint === undefined ? [] : [defaultEndpoint.origin])].map(
      listedEndpoint,
    );
  }

  /** The endpoint of AWS in a region. Throws `InvalidRequest`. */
  ofRegion(region: string): S3Endpoint {
    const host = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
    if (!OF_AWS.test(host))
      throw refused('region', 'is not one of AWS, like eu-central-1; name the endpoint of other storage');
    return { url: new URL(`https://${host}`), isListed: false };
  }

  /** Throws `InvalidRequest`. Names are looked up when something is asked, and held to the same rule then. */
  parse(text: string, pathStyle: boolean): S3Endpoint {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
      throw refused('endpoint', 'must be a URL like https://storage.example.com');
    }
    if (url.username !== '' || url.password !== '')
      throw refused('endpoint', 'must not hold a user name or a password');
    if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
      throw refused('endpoint', 'must be a host alone, without a path');
    }
    const listed = this.listed.filter(({ protocol, host }) => protocol === url.protocol && host === url.host);
    if (listed.length > 0) {
      if (pathStyle || listed.some(({ withBuckets }) => withBuckets)) return { url, isListed: true };
      throw refused('path_style', `must be true: LAKESCOPE_S3_ENDPOINTS allows ${url.host}, but no bucket in its name`);
    }
    if (isPrivateLiteral(url))
      throw refused('endpoint', 'is not on the public internet, and not listed in LAKESCOPE_S3_ENDPOINTS');
    if (url.protocol === 'http:')
      throw refused('endpoint', 'must begin with https://, or be listed in LAKESCOPE_S3_ENDPOINTS');
    if (url.port === '' && OF_AWS.test(url.hostname)) return { url, isListed: false };
    throw refused('endpoint', 'is neither one of AWS nor listed in LAKESCOPE_S3_ENDPOINTS');
  }
}

/** The rules for the variable's text are those of `Env`. */
function listedEndpoint(text: string): ListedEndpoint {
  const [, scheme = 'https', wildcard, host = ''] = /^(?:(https?):\/\/)?(\*\.)?(.*)$/.exec(text.toLowerCase()) ?? [];
  const url = new URL(`${scheme}://${host}`);
  return {
    protocol: url.protocol === 'http:' ? 'http:' : 'https:',
    host: url.host,
    withBuckets: wildcard !== undefined,
  };
}

/** Written as a number, in any way (`0x7f.1` is `127.0.0.1` by now), or as a name that only this machine or network knows. */
function isPrivateLiteral({ hostname }: URL): boolean {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) return !isPublicAddress(literal);
  return !hostname.includes('.') || /(^|\.)(localhost|local|internal|home\.arpa)\.?$/.test(hostname);
}

function refused(path: string, message: string): InvalidRequest {
  return new InvalidRequest(`${path} ${message}.`, [{ path, message }]);
}
