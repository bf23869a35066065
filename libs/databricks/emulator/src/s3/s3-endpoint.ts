import type { IssuedKeys, KeyRequest, RootKeys, TemporaryKeys } from './s3-keys';

/** The region every signature is made for. */
export const REGION = 'us-east-1';

/** The S3-compatible endpoint of a workspace, over folders of its state. */
export interface S3Service extends TemporaryKeys {
  /** `http://127.0.0.1:<port>`; buckets are the first part of the path. */
  readonly url: string;
  readonly region: string;
  readonly rootKeys: RootKeys;
  /** Keys of a session for a location; expired, read-only and scope are checked with every request. */
  issue(request: KeyRequest): IssuedKeys;
}
