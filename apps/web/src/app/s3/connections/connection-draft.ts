import { type CreateS3ConnectionDto, type S3ConnectionDto, type UpdateS3ConnectionDto } from '@lakescope/web-api';

/** What the fields of the form begin with. Keys are in none of them: nobody is told them. */
export interface ConnectionDraft {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  readonly addressing: 'auto' | 'path' | 'host';
  readonly bucket: string;
  readonly prefix: string;
  readonly role_arn: string;
  readonly external_id: string;
}

type Read = (field: string) => string;

/** The fields for a connection, or for a new one. */
export function draftOf(connection: S3ConnectionDto | undefined): ConnectionDraft {
  return {
    name: connection?.name ?? '',
    endpoint: connection?.endpoint ?? '',
    region: connection?.region ?? 'us-east-1',
    addressing: connection === undefined ? 'auto' : connection.path_style ? 'path' : 'host',
    bucket: connection?.bucket ?? '',
    prefix: connection?.prefix ?? '',
    role_arn: connection?.role_arn ?? '',
    external_id: connection?.external_id ?? '',
  };
}

/** What is sent to make a connection. */
export function newConnection(read: Read): CreateS3ConnectionDto {
  return {
    ...placeIn(read),
    name: read('name').trim(),
    access_key_id: read('access_key_id').trim(),
    secret_access_key: read('secret_access_key').trim(),
    ...tokenIn(read),
  };
}

/** What is sent to change one: keys only where one was entered, for what is not sent is kept. */
export function changedConnection(read: Read): UpdateS3ConnectionDto {
  const [id, secret] = [read('access_key_id').trim(), read('secret_access_key').trim()];
  return {
    ...placeIn(read),
    name: read('name').trim(),
    ...(id === '' ? {} : { access_key_id: id }),
    ...(secret === '' ? {} : { secret_access_key: secret }),
    ...tokenIn(read),
  };
}

/** A field left empty takes away what stood there. */
function placeIn(read: Read) {
  const role = read('role_arn').trim() || null;
  const addressing = read('addressing');
  return {
    endpoint: read('endpoint').trim() || null,
    region: read('region').trim(),
    ...(addressing === 'auto' ? {} : { path_style: addressing === 'path' }),
    bucket: read('bucket').trim() || null,
    // Blanks are part of a key.
    prefix: read('prefix') || null,
    role_arn: role,
    external_id: role === null ? null : read('external_id').trim() || null,
  };
}

function tokenIn(read: Read): { session_token?: string } {
  const token = read('session_token').trim();
  return token === '' ? {} : { session_token: token };
}
