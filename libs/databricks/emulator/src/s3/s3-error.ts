import { element, XML_DECLARATION } from '../http/xml';

/** An answer S3 gives instead of doing what was asked (S3 API reference, "Error responses"). */
export class S3Error extends Error {
  override readonly name = 'S3Error';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Further elements of the answer, such as `Key`. */
    readonly details: Readonly<Record<string, string>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  body(resource: string, requestId: string, hostId: string): string {
    const elements = { Code: this.code, Message: this.message, ...this.details };
    const inner = Object.entries({ ...elements, Resource: resource, RequestId: requestId, HostId: hostId });
    return `${XML_DECLARATION}<Error>${inner.map(([name, text]) => element(name, text)).join('')}</Error>`;
  }
}

export const accessDenied = (message = 'Access Denied', details: Record<string, string> = {}): S3Error =>
  new S3Error(403, 'AccessDenied', message, details);

export const invalidRequest = (message: string): S3Error => new S3Error(400, 'InvalidRequest', message);

export const invalidArgument = (message: string, name: string, value: string): S3Error =>
  new S3Error(400, 'InvalidArgument', message, { ArgumentName: name, ArgumentValue: value });

export const invalidUri = (): S3Error => new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");

export const malformedXml = (): S3Error =>
  new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed or did not validate against our schema');

export const incompleteBody = (): S3Error =>
  new S3Error(400, 'IncompleteBody', 'The request body terminated unexpectedly');

export const entityTooLarge = (): S3Error =>
  new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');

export const preconditionFailed = (condition: string): S3Error =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

export const noSuchKey = (key: string): S3Error =>
  new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });

export const noSuchBucket = (bucket: string): S3Error =>
  new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchUpload = (uploadId: string): S3Error =>
  new S3Error(
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

export const notImplemented = (header: string): S3Error =>
  new S3Error(501, 'NotImplemented', 'A header or query you provided implies functionality that is not implemented', {
    Header: header,
  });

export const methodNotAllowed = (method: string): S3Error =>
  new S3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    Method: method,
  });
