import {
  createBucket,
  deleteBucket,
  deleteObjects,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  listObjectsV1,
  listObjectsV2,
} from './bucket-operations';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
  uploadPartCopy,
} from './multipart-operations';
import { copyObject, deleteObject, getObject, putObject } from './object-operations';
import { asksForRole } from './roles';
import { invalidArgument, methodNotAllowed, notImplemented } from './s3-error';
import type { BucketCall, ObjectCall, S3Answer, S3Call } from './s3-answer';
import { headerOf, queryValue, type S3Request } from './s3-request';

/** An operation of the S3 API by its name there. */
export interface Operation {
  readonly name: string;
  run(call: S3Call): Promise<S3Answer>;
}

/** Parts of a bucket or object with calls of their own, none of which is here. */
const UNSUPPORTED = new Set(
  [
    'abac accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging',
    'metadataConfiguration metadataTable metrics notification object-lock ownershipControls policy policyStatus',
    'publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent versions',
    'website append',
  ].flatMap((names) => names.split(' ')),
);

/** The operation a request asks for. Throws NotImplemented or MethodNotAllowed for what is none of them. */
export function operationOf(request: S3Request): Operation {
  const { bucket, key } = request;
  const unsupported = request.query.find(([name]) => UNSUPPORTED.has(name));
  if (unsupported !== undefined) throw notImplemented(unsupported[0]);
  if (bucket === undefined) {
    if (key !== undefined) throw invalidArgument('A bucket name is missing', 'bucket', '');
    if (asksForRole(request.message)) return { name: 'AssumeRole', run: (call) => call.roles.assume(call) };
    if (request.method !== 'GET') throw methodNotAllowed(request.method);
    return { name: 'ListBuckets', run: listBuckets };
  }
  if (key === undefined) {
    const [name, run] = bucketOperation(request);
    return { name, run: (call) => run({ ...call, bucketName: bucket }) };
  }
  const [name, run] = objectOperation(request);
  return { name, run: (call) => run({ ...call, bucketName: bucket, key }) };
}

function bucketOperation(request: S3Request): [string, (call: BucketCall) => Promise<S3Answer>] {
  const has = (name: string): boolean => queryValue(request, name) !== undefined;
  switch (request.method) {
    case 'GET':
      if (has('location')) return ['GetBucketLocation', getBucketLocation];
      if (has('versioning')) return ['GetBucketVersioning', getBucketVersioning];
      if (has('uploads')) return ['ListMultipartUploads', listMultipartUploads];
      return queryValue(request, 'list-type') === '2'
        ? ['ListObjectsV2', listObjectsV2]
        : ['ListObjects', listObjectsV1];
    case 'HEAD':
      return ['HeadBucket', headBucket];
    case 'PUT':
      if (has('versioning')) throw notImplemented('versioning');
      return ['CreateBucket', createBucket];
    case 'DELETE':
      return ['DeleteBucket', deleteBucket];
    case 'POST':
      if (has('delete')) return ['DeleteObjects', deleteObjects];
      throw notImplemented('POST');
    default:
      throw methodNotAllowed(request.method);
  }
}

function objectOperation(request: S3Request): [string, (call: ObjectCall) => Promise<S3Answer>] {
  const has = (name: string): boolean => queryValue(request, name) !== undefined;
  const copies = headerOf(request.message, 'x-amz-copy-source') !== undefined;
  switch (request.method) {
    case 'GET':
      return has('uploadId') ? ['ListParts', listParts] : ['GetObject', getObject];
    case 'HEAD':
      return ['HeadObject', getObject];
    case 'PUT':
      if (has('uploadId') || has('partNumber')) {
        return copies ? ['UploadPartCopy', uploadPartCopy] : ['UploadPart', uploadPart];
      }
      return copies ? ['CopyObject', copyObject] : ['PutObject', putObject];
    case 'POST':
      if (has('uploads')) return ['CreateMultipartUpload', createMultipartUpload];
      if (has('uploadId')) return ['CompleteMultipartUpload', completeMultipartUpload];
      throw methodNotAllowed(request.method);
    case 'DELETE':
      return has('uploadId') ? ['AbortMultipartUpload', abortMultipartUpload] : ['DeleteObject', deleteObject];
    default:
      throw methodNotAllowed(request.method);
  }
}
