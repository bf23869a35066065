import { element } from '../http/xml';
import type { StoredObject } from './bucket-store';
import { continuationToken, listObjects, readContinuationToken, readMaximum, type ListPage } from './list-objects';
import { readDocument } from './request-body';
import { invalidArgument, malformedXml, S3Error } from './s3-error';
import { quoted, unquoted, xmlAnswer, type BucketCall, type S3Answer, type S3Call } from './s3-answer';
import { encodeUri, queryValue } from './s3-request';
import { mustBeRoot, mustList, mustSeeBucket, mustWrite } from './scope';
import { xmlDocument } from './xml';
import { childText, readXml } from './xml-reader';

const OWNER = `<Owner>${element('ID', 'lakescope')}${element('DisplayName', 'lakescope')}</Owner>`;
const MOST_DELETED = 1000;

/** `ListBuckets` */
export async function listBuckets({ authentication, buckets }: S3Call): Promise<S3Answer> {
  mustBeRoot(authentication.credential, 's3:ListAllMyBuckets');
  const all = (await buckets.list()).map(
    ({ name, createdAt }) =>
      `<Bucket>${element('Name', name)}${element('CreationDate', createdAt.toISOString())}</Bucket>`,
  );
  return xmlAnswer(xmlDocument('ListAllMyBucketsResult', `${OWNER}<Buckets>${all.join('')}</Buckets>`));
}

/** `CreateBucket` */
export async function createBucket(call: BucketCall): Promise<S3Answer> {
  mustBeRoot(call.authentication.credential, 's3:CreateBucket');
  await readDocument(call.request, call.authentication);
  await call.buckets.create(call.bucketName);
  return { status: 200, headers: { location: `/${call.bucketName}` } };
}

/** `HeadBucket` */
export async function headBucket({ authentication, buckets, bucketName }: BucketCall): Promise<S3Answer> {
  mustSeeBucket(authentication.credential, bucketName);
  await buckets.get(bucketName);
  return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } };
}

/** `DeleteBucket` */
export async function deleteBucket({ authentication, buckets, bucketName }: BucketCall): Promise<S3Answer> {
  mustBeRoot(authentication.credential, 's3:DeleteBucket');
  await buckets.remove(bucketName);
  return { status: 204 };
}

/** `GetBucketLocation`: us-east-1 is said by saying nothing. */
export async function getBucketLocation({ authentication, buckets, bucketName }: BucketCall): Promise<S3Answer> {
  mustSeeBucket(authentication.credential, bucketName);
  await buckets.get(bucketName);
  return xmlAnswer(xmlDocument('LocationConstraint', ''));
}

/** `GetBucketVersioning`: never switched on. */
export async function getBucketVersioning({ authentication, buckets, bucketName }: BucketCall): Promise<S3Answer> {
  mustSeeBucket(authentication.credential, bucketName);
  await buckets.get(bucketName);
  return xmlAnswer(xmlDocument('VersioningConfiguration', ''));
}

/** `ListObjectsV2` */
export async function listObjectsV2(call: BucketCall): Promise<S3Answer> {
  const { request } = call;
  const token = queryValue(request, 'continuation-token');
  const startAfter = queryValue(request, 'start-after');
  const after = token === undefined ? (startAfter ?? '') : readContinuationToken(token);
  const { page, frame, encode } = await listPage(call, after);
  const withOwner = queryValue(request, 'fetch-owner') === 'true';
  return xmlAnswer(
    xmlDocument(
      'ListBucketResult',
      [
        frame,
        startAfter === undefined ? '' : element('StartAfter', encode(startAfter)),
        token === undefined ? '' : element('ContinuationToken', token),
        page.next === undefined ? '' : element('NextContinuationToken', continuationToken(page.next)),
        element('KeyCount', String(page.objects.length + page.prefixes.length)),
        contents(page, encode, withOwner ? OWNER : ''),
      ].join(''),
    ),
  );
}

/** `ListObjects`, the older one. */
export async function listObjectsV1(call: BucketCall): Promise<S3Answer> {
  const marker = queryValue(call.request, 'marker') ?? '';
  const { page, frame, encode } = await listPage(call, marker);
  const hasDelimiter = (queryValue(call.request, 'delimiter') ?? '') !== '';
  return xmlAnswer(
    xmlDocument(
      'ListBucketResult',
      [
        frame,
        element('Marker', encode(marker)),
        page.next === undefined || !hasDelimiter ? '' : element('NextMarker', encode(page.next)),
        contents(page, encode, OWNER),
      ].join(''),
    ),
  );
}

/** `DeleteObjects`: each key has its own outcome. */
export async function deleteObjects(call: BucketCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName } = call;
  mustSeeBucket(authentication.credential, bucketName);
  const { objects } = await buckets.get(bucketName);
  const root = readXml(await readDocument(request, authentication));
  const wanted = root.children.filter(({ name }) => name === 'Object');
  if (root.name !== 'Delete' || wanted.length === 0 || wanted.length > MOST_DELETED) throw malformedXml();
  const quiet = childText(root, 'Quiet')?.trim() === 'true';
  const outcomes: string[] = [];
  for (const object of wanted) {
    const key = childText(object, 'Key');
    if (key === undefined || key === '') throw malformedXml();
    const etag = childText(object, 'ETag');
    try {
      mustWrite(authentication.credential, 's3:DeleteObject', bucketName, key);
      await objects.remove(key, etag === undefined ? {} : { etag: unquoted(etag) });
      if (!quiet) outcomes.push(`<Deleted>${element('Key', key)}</Deleted>`);
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      const { code, message } = error;
      outcomes.push(`<Error>${element('Key', key)}${element('Code', code)}${element('Message', message)}</Error>`);
    }
  }
  return xmlAnswer(xmlDocument('DeleteResult', outcomes.join('')));
}

interface Listing {
  readonly page: ListPage;
  /** What both versions say of what was asked. */
  readonly frame: string;
  readonly encode: (name: string) => string;
}

async function listPage({ request, authentication, buckets, bucketName }: BucketCall, after: string): Promise<Listing> {
  const prefix = queryValue(request, 'prefix') ?? '';
  const delimiter = queryValue(request, 'delimiter') ?? '';
  const encoding = queryValue(request, 'encoding-type');
  mustList(authentication.credential, bucketName, prefix);
  if (encoding !== undefined && encoding !== 'url') {
    throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', encoding);
  }
  const encode = (name: string): string => (encoding === 'url' ? name.split('/').map(encodeUri).join('/') : name);
  const maxKeys = readMaximum('maxKeys', queryValue(request, 'max-keys'));
  const { objects } = await buckets.get(bucketName);
  const page = await listObjects(objects, { prefix, delimiter, after, maxKeys });
  const frame = [
    element('Name', bucketName),
    element('Prefix', encode(prefix)),
    delimiter === '' ? '' : element('Delimiter', encode(delimiter)),
    encoding === undefined ? '' : element('EncodingType', encoding),
    element('MaxKeys', String(maxKeys)),
    element('IsTruncated', String(page.next !== undefined)),
  ].join('');
  return { page, frame, encode };
}

function contents({ objects, prefixes }: ListPage, encode: (name: string) => string, owner: string): string {
  const described = ({ key, modifiedAt, etag, size }: StoredObject): string =>
    [
      '<Contents>',
      element('Key', encode(key)),
      element('LastModified', new Date(modifiedAt).toISOString()),
      element('ETag', quoted(etag)),
      element('Size', String(size)),
      owner,
      element('StorageClass', 'STANDARD'),
      '</Contents>',
    ].join('');
  const common = prefixes.map((prefix) => `<CommonPrefixes>${element('Prefix', encode(prefix))}</CommonPrefixes>`);
  return objects.map(described).join('') + common.join('');
}
