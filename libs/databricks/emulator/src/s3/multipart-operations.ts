import type { IncomingMessage } from 'node:http';
import type { ByteRange } from '../files/byte-range';
import { element } from '../http/xml';
import { copyInto, copySource } from './copy-source';
import { readMaximum } from './list-objects';
import type { WantedPart } from './multipart-uploads';
import { checkKey, compareKeys } from './object-key';
import { keptHeaders, readConditions, writeCondition } from './object-headers';
import { checkVersion, copyResult, receive, withTemporary } from './object-operations';
import { CHECKSUM_NAMES, newChecksum, type ChecksumName } from './checksums';
import { readDocument } from './request-body';
import { invalidArgument, invalidRequest, malformedXml } from './s3-error';
import { quoted, unquoted, xmlAnswer, type BucketCall, type ObjectCall, type S3Answer } from './s3-answer';
import { encodeUri, headerOf, queryValue } from './s3-request';
import { mustList, mustRead, mustWrite } from './scope';
import { xmlDocument } from './xml';
import { childText, readXml } from './xml-reader';

const MOST_PARTS = 10_000;

/** `CreateMultipartUpload` */
export async function createMultipartUpload(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  mustWrite(authentication.credential, 's3:PutObject', bucketName, key);
  checkKey(key);
  const { uploads } = await buckets.get(bucketName);
  const { uploadId } = await uploads.create(key, keptHeaders(request.message), announcedChecksum(request.message));
  return xmlAnswer(
    xmlDocument(
      'InitiateMultipartUploadResult',
      element('Bucket', bucketName) + element('Key', key) + element('UploadId', uploadId),
    ),
  );
}

/** `UploadPart` */
export async function uploadPart(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  mustWrite(authentication.credential, 's3:PutObject', bucketName, key);
  const { objects, uploads } = await buckets.get(bucketName);
  const number = partNumber(queryValue(request, 'partNumber'));
  const upload = await uploads.get(queryValue(request, 'uploadId') ?? '', key);
  buckets.mustTake(bucketName, 'Put Part', request.message);
  return withTemporary(objects, async (temporary) => {
    const { md5, checksum } = await receive(call, temporary);
    if (upload.checksum !== undefined && checksum?.name !== upload.checksum) {
      throw invalidRequest(
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksum}, actual checksum Type: ${checksum?.name ?? 'null'}`,
      );
    }
    const { etag } = await uploads.addPart(upload, number, temporary, md5.toString('hex'));
    const checked = checksum === undefined ? {} : { [`x-amz-checksum-${checksum.name}`]: checksum.value };
    return { status: 200, headers: { etag: quoted(etag), ...checked } };
  });
}

/** `UploadPartCopy` */
export async function uploadPartCopy(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  const { message } = request;
  mustWrite(authentication.credential, 's3:PutObject', bucketName, key);
  const source = copySource(message);
  checkVersion(source.versionId);
  mustRead(authentication.credential, source.bucket, source.key);
  const { objects, uploads } = await buckets.get(bucketName);
  const number = partNumber(queryValue(request, 'partNumber'));
  const upload = await uploads.get(queryValue(request, 'uploadId') ?? '', key);
  const header = headerOf(message, 'x-amz-copy-source-range');
  const checksum = upload.checksum === undefined ? undefined : newChecksum(upload.checksum);
  return withTemporary(objects, async (temporary) => {
    const { etag } = await copyInto(temporary, await buckets.get(source.bucket), source.key, {
      conditions: readConditions(message, 'x-amz-copy-source-'),
      ...(checksum === undefined ? {} : { checksum }),
      ...(header === undefined ? {} : { range: (size: number) => copyRange(header, size) }),
    });
    const part = await uploads.addPart(upload, number, temporary, etag);
    const checked = checksum === undefined ? '' : element(elementOf(upload.checksum), checksum.digest());
    return xmlAnswer(xmlDocument('CopyPartResult', copyResult(part) + checked));
  });
}

/** `CompleteMultipartUpload` */
export async function completeMultipartUpload(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  mustWrite(authentication.credential, 's3:PutObject', bucketName, key);
  const condition = writeCondition(request.message);
  const { uploads } = await buckets.get(bucketName);
  const upload = await uploads.get(queryValue(request, 'uploadId') ?? '', key);
  const parts = readPartList(await readDocument(request, authentication), upload.checksum);
  const { etag } = await uploads.complete(upload, parts, condition);
  const location = `http://${headerOf(request.message, 'host') ?? ''}/${bucketName}/${key.split('/').map(encodeUri).join('/')}`;
  return xmlAnswer(
    xmlDocument(
      'CompleteMultipartUploadResult',
      element('Location', location) +
        element('Bucket', bucketName) +
        element('Key', key) +
        element('ETag', quoted(etag)),
    ),
  );
}

/** `AbortMultipartUpload` */
export async function abortMultipartUpload(call: ObjectCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName, key } = call;
  mustWrite(authentication.credential, 's3:AbortMultipartUpload', bucketName, key);
  const { uploads } = await buckets.get(bucketName);
  await uploads.abort(await uploads.get(queryValue(request, 'uploadId') ?? '', key));
  return { status: 204 };
}

/** `ListParts` */
export async function listParts({ request, authentication, buckets, bucketName, key }: ObjectCall): Promise<S3Answer> {
  mustRead(authentication.credential, bucketName, key);
  const { uploads } = await buckets.get(bucketName);
  const upload = await uploads.get(queryValue(request, 'uploadId') ?? '', key);
  const maximum = readMaximum('max-parts', queryValue(request, 'max-parts'));
  const marker = readMarker(queryValue(request, 'part-number-marker'));
  const after = (await uploads.parts(upload)).filter(({ number }) => number > marker);
  const shown = after.slice(0, maximum);
  const isTruncated = shown.length < after.length;
  return xmlAnswer(
    xmlDocument(
      'ListPartsResult',
      [
        element('Bucket', bucketName),
        element('Key', key),
        element('UploadId', upload.uploadId),
        element('PartNumberMarker', String(marker)),
        isTruncated ? element('NextPartNumberMarker', String(shown.at(-1)?.number ?? marker)) : '',
        element('MaxParts', String(maximum)),
        element('IsTruncated', String(isTruncated)),
        element('StorageClass', 'STANDARD'),
        ...shown.map(
          ({ number, etag, size, modifiedAt }) =>
            `<Part>${element('PartNumber', String(number))}${copyResult({ etag, modifiedAt })}${element('Size', String(size))}</Part>`,
        ),
      ].join(''),
    ),
  );
}

/** `ListMultipartUploads`, without delimiter. */
export async function listMultipartUploads(call: BucketCall): Promise<S3Answer> {
  const { request, authentication, buckets, bucketName } = call;
  const prefix = queryValue(request, 'prefix') ?? '';
  mustList(authentication.credential, bucketName, prefix);
  const { uploads } = await buckets.get(bucketName);
  const maximum = readMaximum('max-uploads', queryValue(request, 'max-uploads'));
  const keyMarker = queryValue(request, 'key-marker') ?? '';
  const idMarker = queryValue(request, 'upload-id-marker') ?? '';
  const all = await uploads.list(prefix);
  const known = all.findIndex(({ key, uploadId }) => key === keyMarker && uploadId === idMarker);
  const after =
    known >= 0 ? all.slice(known + 1) : all.filter(({ key }) => keyMarker === '' || compareKeys(key, keyMarker) > 0);
  const shown = after.slice(0, maximum);
  const last = shown.length < after.length ? shown.at(-1) : undefined;
  return xmlAnswer(
    xmlDocument(
      'ListMultipartUploadsResult',
      [
        element('Bucket', bucketName),
        element('KeyMarker', keyMarker),
        element('UploadIdMarker', idMarker),
        last === undefined ? '' : element('NextKeyMarker', last.key) + element('NextUploadIdMarker', last.uploadId),
        element('Prefix', prefix),
        element('MaxUploads', String(maximum)),
        element('IsTruncated', String(last !== undefined)),
        ...shown.map(
          ({ key, uploadId, initiatedAt }) =>
            `<Upload>${element('Key', key)}${element('UploadId', uploadId)}${element('StorageClass', 'STANDARD')}${element('Initiated', new Date(initiatedAt).toISOString())}</Upload>`,
        ),
      ].join(''),
    ),
  );
}

/**
 * The checksum that each part has to come with. One of the whole object asks for none: S3 works that out by itself (API reference,
 * CreateMultipartUpload, `x-amz-checksum-type`).
 */
function announcedChecksum(message: IncomingMessage): ChecksumName | undefined {
  const header = headerOf(message, 'x-amz-checksum-algorithm')?.toLowerCase();
  const name = CHECKSUM_NAMES.find((known) => known === header);
  if (header !== undefined && name === undefined) {
    throw invalidRequest('Checksum algorithm provided is unsupported. Please try again with any of the valid types');
  }
  const isOfObject = headerOf(message, 'x-amz-checksum-type')?.toUpperCase() === 'FULL_OBJECT';
  return isOfObject || name === 'crc64nvme' ? undefined : name;
}

/** How XML calls a checksum. */
function elementOf(name: ChecksumName | undefined): string {
  return `Checksum${(name ?? '').toUpperCase()}`;
}

function readPartList(document: string, checksum: ChecksumName | undefined): WantedPart[] {
  const root = readXml(document);
  const parts = root.children
    .filter(({ name }) => name === 'Part')
    .map((part) => ({
      number: Number(childText(part, 'PartNumber')?.trim() ?? NaN),
      etag: unquoted(childText(part, 'ETag') ?? ''),
      checksum: checksum === undefined ? undefined : childText(part, elementOf(checksum))?.trim(),
    }));
  const isValid = parts.every(({ number }) => Number.isInteger(number) && number >= 1 && number <= MOST_PARTS);
  if (root.name !== 'CompleteMultipartUpload' || parts.length === 0 || !isValid) throw malformedXml();
  const unchecked = parts.find((part) => checksum !== undefined && part.checksum === undefined);
  if (unchecked !== undefined) {
    throw invalidRequest(
      `The upload was created using a ${checksum ?? ''} checksum. The complete request must include the checksum for each part. It was missing for part ${unchecked.number} in the request.`,
    );
  }
  return parts;
}

function partNumber(text: string | undefined): number {
  const number = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  if (number >= 1 && number <= MOST_PARTS) return number;
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', text ?? '');
}

function readMarker(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw invalidArgument('Argument part-number-marker must be an integer', 'part-number-marker', text);
}

function copyRange(header: string, size: number): ByteRange {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(header) ?? [];
  if (first === undefined || last === undefined || Number(first) > Number(last)) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    );
  }
  if (Number(last) >= size) throw invalidRequest('The specified copy range is invalid for the source object size.');
  return { first: Number(first), last: Number(last) };
}
