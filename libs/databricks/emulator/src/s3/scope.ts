import { accessDenied, type S3Error } from './s3-error';
import type { Credential, KeyScope } from './s3-keys';
import { holdsKey, type StorageLocation } from './storage-location';

/** What keys of a session may do; root keys may do everything. Each throws AccessDenied. */
export function mustRead({ scope }: Credential, bucket: string, key: string): void {
  if (scope !== undefined && !opens(scope, bucket, key)) throw denied('s3:GetObject', `${bucket}/${key}`);
}

export function mustWrite({ scope }: Credential, action: string, bucket: string, key: string): void {
  if (scope === undefined) return;
  if (scope.readOnly || !opens(scope, bucket, key)) throw denied(action, `${bucket}/${key}`);
}

/** A listing shows names, so its prefix must lie below the location: `t1` alone would show `t10` too. */
export function mustList({ scope }: Credential, bucket: string, prefix: string): void {
  if (scope === undefined) return;
  const isBelow = ({ path }: StorageLocation): boolean => path === '' || prefix.startsWith(`${path}/`);
  if (!placesOf(scope).some((place) => bucket === place.bucket && isBelow(place)))
    throw denied('s3:ListBucket', bucket);
}

/** That a bucket is there, and where. */
export function mustSeeBucket({ scope }: Credential, bucket: string): void {
  const sees = scope === undefined || placesOf(scope).some((place) => place.bucket === bucket);
  if (!sees) throw denied('s3:ListBucket', bucket);
}

export function mustBeRoot({ scope }: Credential, action: string): void {
  if (scope !== undefined) throw denied(action, '*');
}

function opens(scope: KeyScope, bucket: string, key: string): boolean {
  return placesOf(scope).some((place) => holdsKey(place, bucket, key));
}

function placesOf({ location, others = [] }: KeyScope): readonly StorageLocation[] {
  return [location, ...others];
}

function denied(action: string, resource: string): S3Error {
  return accessDenied(
    `User is not authorized to perform: ${action} on resource: "arn:aws:s3:::${resource}" because no session policy allows the ${action} action`,
  );
}
