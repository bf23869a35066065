import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isSameSecret } from '../http/constant-time';
import { JsonDocument } from '../state/json-document';
import { parseStorageLocation, type StorageLocation } from './storage-location';

/** The keys that may do everything, as `endpoints.json` names them. The secret is a credential: never log it. */
export interface RootKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface KeyRequest {
  /** `s3://bucket/path`: the keys open what lies there and below, and nothing beside it. */
  readonly location: string;
  /** More places of the same form that they open. */
  readonly others?: readonly string[];
  readonly readOnly: boolean;
  readonly expiresInMs: number;
}

/** What the platform calls `aws_temp_credentials`. The secret and the token are credentials: never log them. */
export interface IssuedKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

/** Issues keys of a session. Throws a RangeError for a location that is none. */
export interface TemporaryKeys {
  issue(request: KeyRequest): IssuedKeys;
}

/** What keys of a session open, and until when (ms since 1970). */
export interface KeyScope {
  readonly location: StorageLocation;
  readonly others?: readonly StorageLocation[];
  readonly readOnly: boolean;
  readonly expiresAt: number;
}

/** Who signs with these keys. Root keys have no scope. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly scope?: KeyScope;
}

interface StoredKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionKey: string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const text = { type: 'string', minLength: 16 } as const;

/**
 * The keys of the S3 endpoint. Root keys are made once and kept with the state. Keys of a session are not kept: the token
 * says what they open and is sealed with a key of this state folder, so they outlive a restart and cannot be widened.
 */
export class S3Keys implements TemporaryKeys {
  private constructor(
    private readonly document: JsonDocument<StoredKeys>,
    private readonly now: () => number,
  ) {}

  static async load(stateDirectory: string, now: () => number = Date.now): Promise<S3Keys> {
    const document = await JsonDocument.open<StoredKeys>(join(stateDirectory, 'workspace', 's3-keys.json'), {
      version: 1,
      schema: {
        type: 'object',
        required: ['accessKeyId', 'secretAccessKey', 'sessionKey'],
        properties: { accessKeyId: text, secretAccessKey: text, sessionKey: text },
      },
      create: () => ({
        accessKeyId: `AKIA${keyName(randomBytes(16))}`,
        secretAccessKey: randomBytes(30).toString('base64url'),
        sessionKey: randomBytes(32).toString('base64url'),
      }),
    });
    return new S3Keys(document, now);
  }

  get root(): RootKeys {
    const { accessKeyId, secretAccessKey } = this.document.read();
    return { accessKeyId, secretAccessKey };
  }

  issue({ location, others = [], readOnly, expiresInMs }: KeyRequest): IssuedKeys {
    const expiresAt = this.now() + expiresInMs;
    const opened = { location: parseStorageLocation(location), others: others.map(parseStorageLocation) };
    const scope: KeyScope = { ...opened, readOnly, expiresAt };
    const claims = Buffer.from(JSON.stringify([scope, randomBytes(12).toString('base64url')])).toString('base64url');
    const sessionToken = `${claims}.${this.seal('token', claims).toString('base64url')}`;
    return { ...this.keysOf(claims), sessionToken, expiresAt: new Date(expiresAt) };
  }

  /** The credential behind an access key id: `unknown` when there is none, `bad token` when the token is not ours. */
  find(accessKeyId: string, sessionToken: string | undefined): Credential | 'unknown' | 'bad token' {
    const { root } = this;
    if (sessionToken === undefined) return accessKeyId === root.accessKeyId ? root : 'unknown';
    const [claims = '', seal = ''] = sessionToken.split('.');
    const expected = this.seal('token', claims);
    const given = Buffer.from(seal, 'base64url');
    if (!isSameSecret(given, expected)) return 'bad token';
    const keys = this.keysOf(claims);
    if (keys.accessKeyId !== accessKeyId) return 'unknown';
    // Sealed, so it is what `issue` wrote.
    const [scope] = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as [KeyScope];
    return { ...keys, scope };
  }

  settle(): Promise<void> {
    return this.document.settle();
  }

  private keysOf(claims: string): RootKeys {
    return {
      accessKeyId: `ASIA${keyName(this.seal('access key', claims))}`,
      secretAccessKey: this.seal('secret', claims).toString('base64url').slice(0, 40),
    };
  }

  private seal(purpose: string, claims: string): Buffer {
    return createHmac('sha256', this.document.read().sessionKey).update(`${purpose}\n${claims}`).digest();
  }
}

function keyName(bytes: Buffer): string {
  return [...bytes.subarray(0, 16)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
