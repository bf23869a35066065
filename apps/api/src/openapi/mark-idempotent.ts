import { operationsOf, type OpenApi } from './document';

/**
 * Operations that are asked by POST though asking twice does what asking once does: they only read, or they put a value in its place.
 * Clients try these again by themselves, and no other POST. (GET, PUT and DELETE are idempotent by their method, RFC 9110, 9.2.2.)
 */
const IDEMPOTENT_POSTS = [
  'cancelServingInvocation',
  'checkFreshness',
  'checkTableHealth',
  'createDownloadUrl',
  'createS3DownloadUrl',
  'describeTable',
  'diffTable',
  'discoverTables',
  'getTableHistory',
  'getTableSchema',
  'listS3Buckets',
  'listS3Objects',
  'listTableFiles',
  'planJob',
  'postLakebasePreference',
  'postPreference',
  'previewSchedule',
  'previewTable',
  'readTableLog',
];

export function markIdempotent(document: OpenApi): void {
  const waiting = new Set(IDEMPOTENT_POSTS);
  for (const { method, operation } of operationsOf(document)) {
    if (method === 'post' && waiting.delete(operation.operationId ?? '')) operation['x-idempotent'] = true;
  }
  if (waiting.size > 0) throw new Error(`No operations asked by POST: ${[...waiting].join(', ')}`);
}
