import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { isSameSecret } from '../http/constant-time';
import {
  authentication,
  ConnectionLost,
  cstring,
  FatalResponse,
  int32,
  message,
  parseErrorFields,
  readMessage,
  startupPacket,
} from './postgres-messages';

const mechanism = 'SCRAM-SHA-256';

/**
 * Logs into the real server as one role by SCRAM (RFC 5802, RFC 7677). Returns once the server said AuthenticationOk; what
 * it sends afterwards (settings, the cancel key, ready) is left in the stream for the client.
 */
export async function logInto(
  server: Duplex,
  parameters: ReadonlyMap<string, string>,
  password: string,
): Promise<void> {
  server.write(startupPacket(parameters));
  const nonce = randomBytes(18).toString('base64');
  const clientFirst = `n=,r=${nonce}`;
  let proof: Proof | undefined;
  let confirmed = false;
  for (;;) {
    const { type, body } = await readMessage(server);
    if (type === 'E') throw refusal(body);
    if (type !== 'R') throw new ConnectionLost(`unexpected message ${type} from the server`);
    const content = body.subarray(4);
    switch (body.readUInt32BE(0)) {
      case authentication.ok:
        // A server that has not proven it knows the password is not ours.
        if (!confirmed) throw new ConnectionLost('the server skipped authentication');
        return;
      case authentication.sasl: {
        if (!content.toString('utf8').split('\0').includes(mechanism)) throw new ConnectionLost('no SCRAM offered');
        const first = Buffer.from(`n,,${clientFirst}`);
        server.write(message('p', cstring(mechanism), int32(first.length), first));
        break;
      }
      case authentication.saslContinue:
        proof = await prove(content.toString('utf8'), clientFirst, nonce, password);
        server.write(message('p', Buffer.from(proof.clientFinal)));
        break;
      case authentication.saslFinal:
        confirmed = proof?.isConfirmedBy(content.toString('utf8')) ?? false;
        break;
      default:
        throw new ConnectionLost('the server asked for another way to log in');
    }
  }
}

interface Proof {
  readonly clientFinal: string;
  isConfirmedBy(serverFinal: string): boolean;
}

async function prove(serverFirst: string, clientFirst: string, nonce: string, password: string): Promise<Proof> {
  const { r: joint = '', s: salt = '', i: iterations = '' } = attributes(serverFirst);
  if (!joint.startsWith(nonce) || joint === nonce) throw new ConnectionLost('the server answered another nonce');
  const salted = await promisify(pbkdf2)(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const storedKey = createHash('sha256').update(clientKey).digest();
  const withoutProof = `c=${Buffer.from('n,,').toString('base64')},r=${joint}`;
  const exchange = `${clientFirst},${serverFirst},${withoutProof}`;
  const signature = hmac(storedKey, exchange);
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
  const expected = hmac(hmac(salted, 'Server Key'), exchange);
  return {
    clientFinal: `${withoutProof},p=${proof.toString('base64')}`,
    isConfirmedBy(serverFinal) {
      const given = Buffer.from(attributes(serverFinal)['v'] ?? '', 'base64');
      return isSameSecret(given, expected);
    },
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function attributes(text: string): Record<string, string | undefined> {
  return Object.fromEntries(text.split(',').map((pair) => [pair.charAt(0), pair.slice(2)]));
}

function refusal(body: Buffer): FatalResponse {
  const fields = parseErrorFields(body);
  return new FatalResponse(fields.get('C') ?? '08006', fields.get('M') ?? 'the server refused', fields.get('D'));
}
