import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import { JsonDocument } from '../state/json-document';
import { StateCorrupt } from '../state/state-errors';

/** The key that signs every token of the workspace, and its public half as `jwks_uri` shows it. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

interface StoredKey {
  id: string;
  n: string;
  e: string;
  d: string;
  p: string;
  q: string;
  dp: string;
  dq: string;
  qi: string;
}

const NUMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const;
const text = { type: 'string', minLength: 1 } as const;

export async function loadSigningKey(stateDirectory: string): Promise<SigningKey> {
  const file = join(stateDirectory, 'workspace', 'signing-key.json');
  const document = await JsonDocument.open<StoredKey>(file, {
    version: 1,
    schema: {
      type: 'object',
      required: ['id', ...NUMBERS],
      properties: { id: text, n: text, e: text, d: text, p: text, q: text, dp: text, dq: text, qi: text },
    },
    create: newKey,
  });
  const { id, ...numbers } = document.read();
  const publicJwk: JWK = { kty: 'RSA', n: numbers.n, e: numbers.e, alg: 'RS256', use: 'sig', kid: id };
  try {
    const privateKey = asymmetric(await importJWK({ kty: 'RSA', ...numbers }, 'RS256'));
    const publicKey = asymmetric(await importJWK(publicJwk, 'RS256'));
    // Numbers that fit no key, or not each other, are imported without complaint and fail only here.
    await jwtVerify(await new SignJWT().setProtectedHeader({ alg: 'RS256' }).sign(privateKey), publicKey);
    return { id, privateKey, publicKey, publicJwk };
  } catch (error) {
    throw new StateCorrupt(file, 'not an RSA key', error);
  }
}

async function newKey(): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const { n = '', e = '', d = '', p = '', q = '', dp = '', dq = '', qi = '' } = await exportJWK(privateKey);
  return { id: randomUUID(), n, e, d, p, q, dp, dq, qi };
}

function asymmetric(key: CryptoKey | Uint8Array): CryptoKey {
  if (key instanceof Uint8Array) throw new TypeError('a symmetric key cannot sign RS256');
  return key;
}
