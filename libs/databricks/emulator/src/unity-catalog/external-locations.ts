import { invalidParameter, permissionDenied, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import { LAKE_BUCKET } from '../s3/storage-location';
import { placeOf } from './external-place';
import type { Lookup } from './lookup';
import type { Privilege } from './privileges';
import type { Securable } from './securables';
import { isWithin } from './storage-places';

/**
 * The folder of a location, if the caller may make a table at it: in an external location by CREATE EXTERNAL TABLE, in a
 * volume, which here stands for one, by READ VOLUME. Other places in the lake's bucket are for workspace admins.
 */
export function requirePlace(caller: Principal, { metastore, rights }: Lookup, location: string): string {
  const place = metastore.places.find(location);
  if (place === undefined) throw noExternalLocation(location);
  const around = metastore.places.externalLocationOf(location);
  if (place.volume !== undefined) rights.requireOn(caller, 'READ_VOLUME', place.volume);
  else if (around !== undefined) rights.requireOn(caller, 'CREATE_EXTERNAL_TABLE', around);
  else if (!isWithin(location, `s3://${LAKE_BUCKET}`)) throw noExternalLocation(location);
  else if (!caller.groups.includes(ADMINS)) {
    throw permissionDenied(
      `User does not have CREATE EXTERNAL TABLE on External Location '${location.slice(0, 800)}'.`,
    );
  }
  return place.directory;
}

/** The external location a URL lies in, where the caller holds the privilege. Refuses what overlaps volumes and tables. */
export function requireExternalLocation(
  caller: Principal,
  { metastore, rights }: Lookup,
  url: string,
  ...privileges: readonly Privilege[]
): Securable {
  const location = metastore.places.externalLocationOf(url);
  if (location === undefined || metastore.places.ofObjects(url) === undefined) throw noExternalLocation(url);
  for (const privilege of privileges) rights.requireOn(caller, privilege, location);
  return location;
}

/** What lies at the URL, above it or below it, is somebody's already. */
export function refuseOverlap({ metastore }: Lookup, url: string): void {
  const overlaps = (other: string | undefined): boolean =>
    other !== undefined && (isWithin(url, other) || isWithin(other, url));
  const volume = metastore
    .all('VOLUME')
    .find((one) => one.volumeType === 'EXTERNAL' && overlaps(placeOf(one).url))?.fullName;
  const table = metastore.all('TABLE').find((one) => overlaps(metastore.locationOfTable(one)))?.fullName;
  const name = volume ?? table;
  if (name === undefined) return;
  throw new ServiceRefusal(
    400,
    'LOCATION_OVERLAP',
    `Input path url '${url.slice(0, 800)}' overlaps with managed storage or with '${name}'.`,
  );
}

/** `s3://bucket/path` as it is kept; refuses what is no place in a bucket. */
export function storageUrl(url: string): string {
  const text = url.replace(/^s3a:/i, 's3:').replace(/\/+$/, '');
  const parts = /^s3:\/\/([^/?#]+)((?:\/[^/]+)*)$/.exec(text);
  if (parts === null || /\0/.test(text) || /(^|\/)\.{1,2}(\/|$)/.test(parts[2] ?? '') || text.length > 1024) {
    throw invalidParameter(`'${url.slice(0, 300)}' is no location of the form s3://bucket/path`);
  }
  return text;
}

export function noExternalLocation(location: string): ServiceRefusal {
  if (location === '') return invalidParameter('Missing required field: storage_location');
  return new ServiceRefusal(
    404,
    'EXTERNAL_LOCATION_DOES_NOT_EXIST',
    `No parent external location was found for path '${location.slice(0, 800)}'.`,
  );
}
