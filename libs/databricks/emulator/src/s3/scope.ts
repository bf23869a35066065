import { accessDenied, type S3Error } from './s3-error';
import type { Credential } from './s3-keys';
import { holdsKey } from './storage-location';

/** What keys of a session may do; root keys may do everything. Each throws AccessDenied. */
export function mustRead({ scope }: Credential, bucket: string, key: string): void {
  if (scope !== undefined && !holdsKey(scope.location, bucket, key)) throw denied('s3:GetObject', `${bucket}/${key}`);
}

export function mustWrite({ scope }: Credential, action: string, bucket: string, key: string): void {
  if (scope === undefined) return;
  if (scope.readOnly || !holdsKey(scope.location, bucket, key)) throw denied(action, `${bucket}/${key}`);
}

/** A listing shows names, so its prefix must lie below the location: `t1` alone would show `t10` too. */
export function mustList({ scope }: Credential, bucket: string, prefix: string): void {
  if (scope === undefined) return;
  const { location } = scope;
  const isBelow = location.path === '' || prefix.startsWith(`${location.path}/`);
  if (bucket !== location.bucket || !isBelow) throw denied('s3:ListBucket', bucket);
}

/** That a bucket is there, and where. */
export function mustSeeBucket({ scope }: Credential, bucket: string): void {
  if (scope !== undefined && scope.location.bucket !== bucket) throw denied('s3:ListBucket', bucket);
}

export function mustBeRoot({ scope }: Credential, action: string): void {
  if (scope !== undefined) throw denied(action, '*');
}

function denied(action: string, resource: string): S3Error {
  return accessDenied(
    `User is not authorized to perform: ${action} on resource: "arn:aws:s3:::${resource}" because no session policy allows the ${action} action`,
  );
}
