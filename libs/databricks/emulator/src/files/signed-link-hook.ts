import type { FastifyInstance } from 'fastify';
import { pathOf } from '../http/http-server';
import { queryText } from '../http/query';
import { answerAsStorage, StorageRefusal } from '../http/storage-refusal';
import type { PresignedLinks } from './presigned-links';

/**
 * Lets in who comes by a signed link, and nobody else, to all routes of a scope; it refuses as storage does. In a hook, so that
 * the content of a refused upload is never looked at.
 */
export function requireSignedLink(scope: FastifyInstance, links: PresignedLinks): void {
  answerAsStorage(scope);
  scope.addHook('onRequest', async (request) => {
    if (request.headers.authorization !== undefined) {
      throw new StorageRefusal(
        400,
        'InvalidArgument',
        'Only one auth mechanism allowed; only the signature query parameter or the Authorization header should be specified',
      );
    }
    const verdict = links.check(
      request.method,
      pathOf(request),
      queryText(request.query, 'expires'),
      queryText(request.query, 'signature'),
    );
    if (verdict === 'expired') throw new StorageRefusal(403, 'AccessDenied', 'Request has expired');
    if (verdict === 'forged') {
      throw new StorageRefusal(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided.',
      );
    }
  });
}
