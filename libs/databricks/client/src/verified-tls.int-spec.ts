import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { DatabricksClients } from './databricks-clients';
import { Secret } from './secret';

it('never talks to a host whose certificate nobody vouches for, not even when the environment says so', async () => {
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  let requests = 0;
  const server = createServer(await selfSigned(), (_, response) => {
    requests += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clients = new DatabricksClients({
    host: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    product: { name: 'lakescope', version: '0' },
  });

  try {
    const call = clients.asUser({ token: new Secret('t') }).currentUser.me();

    await expect(call).rejects.toMatchObject({
      kind: 'upstream',
      message: expect.stringContaining('certificate') as string,
    });
    expect(requests).toBe(0);
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    await clients.close();
    server.close();
  }
});

it('reads through an encrypted line whatever it carries, and takes its session up again', async () => {
  const own = await selfSigned();
  const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251));
  const sessions: boolean[] = [];
  const server = createServer(own, (request, response) => {
    sessions.push((request.socket as TLSSocket).isSessionReused());
    response.setHeader('connection', 'close');
    response.end(request.url?.includes('fs/files') === true ? content : '{"userName":"ada"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, own.cert]);
  const clients = new DatabricksClients({
    host: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    product: { name: 'lakescope', version: '0' },
  });

  try {
    const { currentUser, files } = clients.asUser({ token: new Secret('t') });
    const me = await currentUser.me();
    const file = await files.readBytes('/Volumes/c/s/v/file');

    expect(me.userName).toBe('ada');
    expect(Buffer.from(file).equals(content)).toBe(true);
    expect(sessions).toEqual([false, true]);
  } finally {
    setDefaultCACertificates(trusted);
    await clients.close();
    server.close();
  }
});

async function selfSigned(): Promise<{ key: string; cert: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=127.0.0.1',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString('pem'),
  };
}
