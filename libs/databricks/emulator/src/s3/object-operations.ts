import { rm } from 'node:fs/promises';
import { parseByteRange } from '../files/byte-range';
import { element } from '../http/xml';
import type { Bucket } from './buckets';
import type { StoredObject } from './bucket-store';
import { FileSink } from './file-sink';
import { checkKey } from './object-key';
import {
  evaluate,
  keptHeaders,
  objectHeaders,
  overriddenHeaders,
  readConditions,
  writeCondition,
} from './object-headers';
import { readBody, type ReceivedBody } from './request-body';
import { invalidArgument, invalidRequest, noSuchKey, notImplemented, preconditionFailed, S3Error } from './s3-error';
import { quoted, xmlAnswer, type ObjectCall, type S3Answer } from './s3-answer';
import { headerOf, queryValue } from './s3-request';
import { copySource, copyInto } from './copy-source';
import { mustRead, mustWrite } from './scope';
import { xmlDocument } from './xml';

/** `GetObject` and `HeadObject`. */
export async function getObject({ request, authentication, buckets, bucketName, key }: ObjectCall): Promise<S3Answer> {
  const { message } = request;
  mustRead(authentication.credential, bucketName, key);
  if (queryValue(request, 'partNumber') !== undefined) throw notImplemented('partNumber');
  checkVersion(queryValue(request, 'versionId'));
  const overridden = overriddenHeaders(request);
  const { objects } = await buckets.get(bucketName);
  const found = objects.read(key);
  if (found === undefined) throw noSuchKey(key);
  const { object, file } = found;
  let handed = false;
  try {
    const headers = { ...objectHeaders(object, message), ...overridden };
    if (evaluate(readConditions(message), object) === 'not modified') return { status: 304, headers };
    const range = parseByteRange(headerOf(message, 'range'), object.size);
    if (range === 'unsatisfiable') throw invalidRange(object, headerOf(message, 'range') ?? '');
    const { first, last } = range === 'whole' ? { first: 0, last: object.size - 1 } : range;
    const described = range === 'whole' ? headers : withoutChecksum(headers);
    handed = last >= first;
    return {
      status: range === 'whole' ? 200 : 206,
      headers: {
        ...described,
        'content-length': String(last - first + 1),
        ...(range === 'whole' ? {} : { 'content-range': `bytes ${first}-${last}/${object.size}` }),
      },
      ...(handed ? { file: { source: file, start: first, end: last } } : {}),
    };
  } finally {
    if (!handed) file.close();
  }
}

/** `PutObject`. The bytes go to a file beside, and become the object when all of them are right. */
export async function putObject(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  mustWrite(authentication.credential, 's3:PutObject', bucketName, key);
  checkKey(key);
  const headers = keptHeaders(request.message);
  const condition = writeCondition(request.message);
  const { objects } = await buckets.get(bucketName);
  buckets.mustTake(bucketName, 'Put Object', request.message);
  // Asked again when it counts; here it spares sending what cannot be taken.
  if (condition.absent === true && objects.find(key) !== undefined) throw preconditionFailed('If-None-Match');
  const object = await withTemporary(objects, async (temporary) => {
    const { md5, checksum } = await receive(call, temporary);
    const etag = md5.toString('hex');
    return objects.put(temporary, { key, etag, headers, ...(checksum === undefined ? {} : { checksum }) }, condition);
  });
  return { status: 200, headers: { etag: quoted(object.etag), ...checksumHeader(object) } };
}

/** `CopyObject`: the bytes are copied by the endpoint; the copy has an ETag of its own. */
export async function copyObject(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  const { message } = request;
  mustWrite(authentication.credential, 's3:PutObject', bucketName, key);
  checkKey(key);
  const source = copySource(message);
  checkVersion(source.versionId);
  mustRead(authentication.credential, source.bucket, source.key);
  const directive = headerOf(message, 'x-amz-metadata-directive') ?? 'COPY';
  if (directive !== 'COPY' && directive !== 'REPLACE') {
    throw invalidArgument('Unknown metadata directive.', 'x-amz-metadata-directive', directive);
  }
  if (directive === 'COPY' && source.bucket === bucketName && source.key === key) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const condition = writeCondition(message);
  const fresh = keptHeaders(message);
  const { objects } = await buckets.get(bucketName);
  const object = await withTemporary(objects, async (temporary) => {
    const copied = await copyInto(temporary, await buckets.get(source.bucket), source.key, {
      conditions: readConditions(message, 'x-amz-copy-source-'),
    });
    const headers = directive === 'REPLACE' ? fresh : copied.source.headers;
    return objects.put(temporary, { key, etag: copied.etag, headers }, condition);
  });
  return xmlAnswer(xmlDocument('CopyObjectResult', copyResult(object)));
}

/** `DeleteObject`: what is not there is deleted too. */
export async function deleteObject(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  mustWrite(authentication.credential, 's3:DeleteObject', bucketName, key);
  checkVersion(queryValue(request, 'versionId'));
  const { objects } = await buckets.get(bucketName);
  await objects.remove(key, writeCondition(request.message));
  return { status: 204 };
}

/** Writes a body into a file and answers what it was. */
export async function receive(
  { request, authentication }: Pick<ObjectCall, 'request' | 'authentication'>,
  temporary: string,
): Promise<ReceivedBody> {
  const file = FileSink.create(temporary);
  try {
    const received = await readBody(request, authentication, (piece) => file.add(piece));
    await file.flush();
    return received;
  } finally {
    file.close();
  }
}

/** A file to write into, which becomes an object or a part of one, and is gone when that fails. */
export async function withTemporary<T>(objects: Bucket['objects'], act: (path: string) => Promise<T>): Promise<T> {
  const temporary = objects.temporaryFile();
  try {
    return await act(temporary);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export function copyResult({ etag, modifiedAt }: { etag: string; modifiedAt: number }): string {
  return element('LastModified', new Date(modifiedAt).toISOString()) + element('ETag', quoted(etag));
}

/** Nothing here has versions; what was never versioned is called `null`. */
export function checkVersion(versionId: string | undefined): void {
  if (versionId === undefined || versionId === 'null') return;
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

function checksumHeader({ checksum }: StoredObject): Record<string, string> {
  return checksum === undefined ? {} : { [`x-amz-checksum-${checksum.name}`]: checksum.value };
}

/** A part of an object has not its checksum. */
function withoutChecksum(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')));
}

function invalidRange({ size }: StoredObject, range: string): S3Error {
  return new S3Error(
    416,
    'InvalidRange',
    'The requested range is not satisfiable',
    { RangeRequested: range, ActualObjectSize: String(size) },
    { 'content-range': `bytes */${size}` },
  );
}
