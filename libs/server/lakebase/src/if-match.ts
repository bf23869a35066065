import { InvalidRequest } from '@lakescope/server-http';

/** The version in an If-Match header, quoted as an entity tag or bare; undefined when any version will do. */
export function versionOfIfMatch(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const [, digits] = /^\s*"?(\d{1,9})"?\s*$/.exec(header) ?? [];
  if (digits === undefined) {
    throw new InvalidRequest('If-Match must hold the version of the preference.', [
      { path: 'If-Match', message: 'must be a version number' },
    ]);
  }
  return Number(digits);
}
