import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { LocalCa } from './local-ca';

const day = 86_400_000;

describe('LocalCa', () => {
  let state: string;
  beforeEach(() => (state = mkdtempSync(join(tmpdir(), 'lakescope-ca-'))));
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  it.each(['localhost', '127.0.0.1'])('issues what a verifying client accepts for %s', async (host) => {
    const ca = await LocalCa.load(state);
    const server = createServer(await ca.issue('localhost', '127.0.0.1'), (socket) => socket.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;

    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: host === '127.0.0.1' ? '' : host,
      ca: readFileSync(ca.caFile),
    });
    const authorized = await new Promise<boolean>((resolve, reject) => {
      socket.once('secureConnect', () => resolve(socket.authorized));
      socket.once('error', reject);
    });
    socket.destroy();
    await new Promise((resolve) => server.close(resolve));

    expect(authorized).toBe(true);
  });

  it('gives the same certificate after a restart, and keeps the keys to their owner', async () => {
    const first = await (await LocalCa.load(state)).issue('localhost', '127.0.0.1');
    const second = await (await LocalCa.load(state)).issue('localhost', '127.0.0.1');

    expect(second).toEqual(first);
    for (const key of ['ca-key.pem', 'localhost_127.0.0.1-key.pem']) {
      expect(statSync(join(state, 'ca', key)).mode & 0o077).toBe(0);
    }
  });

  it('replaces a certificate that nears its end, under the same authority', async () => {
    const first = await (await LocalCa.load(state)).issue('localhost');
    const later = await LocalCa.load(state, () => Date.now() + 70 * day);
    const renewed = await later.issue('localhost');

    expect(renewed.expiresAt.getTime()).toBeGreaterThan(first.expiresAt.getTime());
    const authority = new X509Certificate(readFileSync(later.caFile));
    expect(new X509Certificate(renewed.cert).verify(authority.publicKey)).toBe(true);
  });

  it('makes a new authority, and certificates under it, when the old one nears its end', async () => {
    const old = await LocalCa.load(state);
    await old.issue('localhost');
    const before = readFileSync(old.caFile, 'utf8');

    const fresh = await LocalCa.load(state, () => Date.now() + 3600 * day);
    const leaf = await fresh.issue('localhost');

    expect(readFileSync(fresh.caFile, 'utf8')).not.toBe(before);
    expect(new X509Certificate(leaf.cert).verify(new X509Certificate(readFileSync(fresh.caFile)).publicKey)).toBe(true);
  });
});
