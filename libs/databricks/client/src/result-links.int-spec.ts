import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { ResultLinks } from './result-links';

/** Storage that misbehaves as no double of the platform would, and somebody else's server, which nothing may reach. */
describe('a link to a result', () => {
  let storage: Server;
  let canary: Server;
  let links: ResultLinks;
  let headers: IncomingHttpHeaders[];
  let hits: number;
  let resolved: string[];

  beforeEach(async () => {
    [headers, hits, resolved] = [[], 0, []];
    canary = createServer((_, response) => {
      hits++;
      response.end('[]');
    });
    storage = createServer((request, response) => {
      headers.push(request.headers);
      if (request.url === '/moved') response.writeHead(302, { location: originOf(canary) });
      response.end('[["1"]]');
    });
    await Promise.all(
      [storage, canary].map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))),
    );
    const lookup: LookupFunction = (host, _, callback) => {
      resolved.push(host);
      callback(new Error('not public'), '');
    };
    links = new ResultLinks({
      userAgent: 'test/1',
      workspace: new URL(originOf(storage)),
      hosts: ['known.example:1'],
      lookup,
    });
  });

  afterEach(async () => {
    await links.close();
    for (const server of [storage, canary]) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('is fetched with its own headers, and without anybody’s authorization', async () => {
    const text = await fetched(`${originOf(storage)}/chunk?X-Amz-Signature=s`, {
      'x-amz-server-side-encryption': 'k',
      Authorization: 'Bearer token',
      cookie: 'a=b',
    });

    expect(text).toBe('[["1"]]');
    expect(headers[0]).toMatchObject({ 'x-amz-server-side-encryption': 'k' });
    expect(headers[0]).not.toHaveProperty('authorization');
    expect(headers[0]).not.toHaveProperty('cookie');
  });

  it('is not followed to another place', async () => {
    await expect(fetched(`${originOf(storage)}/moved`)).rejects.toMatchObject({ kind: 'upstream', status: 302 });

    expect(hits).toBe(0);
  });

  it('may be no larger than it should be', async () => {
    await expect(links.text(link(`${originOf(storage)}/chunk`), { maximumBytes: 3 })).rejects.toThrow(
      'larger than 3 bytes',
    );
  });

  it.each([
    ['another port of this machine', (port: number) => `http://127.0.0.1:${port}/`],
    ['a name of this machine', (port: number) => `http://localhost:${port}/`],
    ['this machine in six bytes', (port: number) => `http://[::1]:${port}/`],
    ['this machine in hexadecimal', (port: number) => `http://0x7f.1:${port}/`],
    ['this machine as one number', (port: number) => `http://2130706433:${port}/`],
    ['cloud metadata', () => 'http://169.254.169.254/latest/meta-data'],
    ['a file', () => 'file:///etc/passwd'],
    ['a name before the host', (port: number) => `https://bucket.s3.amazonaws.com@127.0.0.1:${port}/`],
    ['a host that ends like storage', () => 'https://evils3.amazonaws.com.example/'],
    ['a host that begins like storage', () => 'https://s3.amazonaws.com.evil.example/'],
    ['a machine of the cloud', () => 'https://ec2-1-2-3-4.compute.amazonaws.com/'],
    ['another port of storage', (port: number) => `https://bucket.s3.amazonaws.com:${port}/`],
    ['storage without encryption', () => 'http://bucket.s3.amazonaws.com/'],
    ['nothing', () => 'chunk'],
  ])('to %s is refused before anything is asked', async (_, url) => {
    await expect(fetched(url((canary.address() as AddressInfo).port))).rejects.toMatchObject({
      kind: 'upstream',
      message: expect.stringMatching(/^A link to a result/) as string,
    });

    expect([hits, resolved]).toEqual([0, []]);
  });

  it.each([
    'https://bucket.s3.eu-central-1.amazonaws.com/a',
    'https://s3.amazonaws.com/bucket/a',
    'https://account.dfs.core.windows.net/a',
    'https://storage.googleapis.com/a',
  ])('to %s goes where the name is found to lead, if that is public', async (url) => {
    await expect(
      links.text(link(url), { maximumBytes: 10, retry: { delaysMs: [], budgetMs: 0, waitWhenRateLimited: false } }),
    ).rejects.toMatchObject({
      kind: 'unavailable',
    });

    expect(resolved).toEqual([new URL(url).hostname]);
  });

  function fetched(url: string, httpHeaders: Record<string, string> = {}): Promise<string> {
    return links.text({ ...link(url), http_headers: httpHeaders }, { maximumBytes: 1_000 });
  }
});

function link(url: string) {
  return { external_link: url, expiration: '2026-01-31T10:00:00Z', chunk_index: 0, row_offset: 0, row_count: 1 };
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
