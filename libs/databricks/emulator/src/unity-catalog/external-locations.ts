import { invalidParameter, permissionDenied, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Principal } from '../identity/directory';
import type { Lookup } from './lookup';

/**
 * The folder of a location, if the caller may make a table at it. Volumes stand for the platform's external locations:
 * whoever may read one may show what lies in it as a table. Places in the lake's bucket are for workspace admins.
 */
export function requirePlace(caller: Principal, { metastore, rights }: Lookup, location: string): string {
  const place = metastore.places.find(location);
  if (place === undefined) throw noExternalLocation(location);
  if (place.volume !== undefined) rights.requireOn(caller, 'READ_VOLUME', place.volume);
  else if (!caller.groups.includes(ADMINS)) {
    throw permissionDenied(
      `User does not have CREATE EXTERNAL TABLE on External Location '${location.slice(0, 800)}'.`,
    );
  }
  return place.directory;
}

export function noExternalLocation(location: string): ServiceRefusal {
  if (location === '') return invalidParameter('Missing required field: storage_location');
  return new ServiceRefusal(
    404,
    'EXTERNAL_LOCATION_DOES_NOT_EXIST',
    `No parent external location was found for path '${location.slice(0, 800)}'.`,
  );
}
