import { createHmac, randomBytes } from 'node:crypto';
import { isSameSecret } from '../../http/constant-time';
import { StorageRefusal } from '../../http/storage-refusal';

/** Below this path lie the results, as in the bucket of a real workspace. */
export const RESULTS_PATH = '/.results';

/**
 * Links to chunks of results that carry their own right, like the presigned ones of an object store: for some minutes,
 * and without an Authorization header. A restart makes all of them invalid, as it makes all statements unknown.
 */
export class ResultLinks {
  private readonly key = randomBytes(32);

  constructor(
    /** The platform's are valid for 15 minutes at most. */
    private readonly lifetimeMilliseconds: number,
    private readonly url: () => string,
  ) {}

  make(statementId: string, chunkIndex: number): { url: string; expiresAt: Date } {
    const path = `${RESULTS_PATH}/${statementId}/${chunkIndex}`;
    // Whole seconds, because the link says when it was made in such.
    const madeAt = Math.floor(Date.now() / 1000) * 1000;
    const expires = Math.max(Math.floor(this.lifetimeMilliseconds / 1000), 1);
    const query = new URLSearchParams({
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': compact(new Date(madeAt)),
      'X-Amz-Expires': String(expires),
    });
    query.set('X-Amz-Signature', this.sign(path, query).toString('hex'));
    return { url: `${this.url()}${path}?${query.toString()}`, expiresAt: new Date(madeAt + expires * 1000) };
  }

  /** Refuses, in an object store's words, what is no link of this workspace or is one no longer. */
  check(target: string, authorization: string | undefined): void {
    if (authorization !== undefined) {
      throw new StorageRefusal(
        400,
        'InvalidArgument',
        'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      );
    }
    const { pathname, searchParams } = new URL(target, 'http://workspace');
    const given = Buffer.from(searchParams.get('X-Amz-Signature') ?? '', 'hex');
    searchParams.delete('X-Amz-Signature');
    if (!isSameSecret(given, this.sign(pathname, searchParams))) {
      throw new StorageRefusal(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      );
    }
    const madeAt = Date.parse((searchParams.get('X-Amz-Date') ?? '').replace(COMPACT, '$1-$2-$3T$4:$5:$6Z'));
    if (Date.now() >= madeAt + Number(searchParams.get('X-Amz-Expires')) * 1000) {
      throw new StorageRefusal(403, 'AccessDenied', 'Request has expired');
    }
  }

  private sign(path: string, query: URLSearchParams): Buffer {
    return createHmac('sha256', this.key).update(`${path}?${query.toString()}`).digest();
  }
}

const COMPACT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

function compact(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

export function noSuchResult(): StorageRefusal {
  return new StorageRefusal(404, 'NoSuchKey', 'The specified key does not exist.');
}
