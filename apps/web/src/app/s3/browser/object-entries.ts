import { type S3BucketDto, type S3ObjectDto } from '@lakescope/web-api';
import { exactTime } from '@lakescope/web-ui';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { s3Path } from '../s3-location';

const USUAL_CLASS = 'STANDARD';

/** A bucket as an entry of a list. */
export function bucketEntry({ name, region, created_at: createdAt }: S3BucketDto): FolderEntry {
  const created = createdAt === null ? undefined : $localize`made ${exactTime(createdAt)}:time:`;
  return {
    kind: 'bucket',
    name,
    path: s3Path({ bucket: name, prefix: '' }),
    sizeBytes: null,
    modifiedAt: null,
    comment: [region, created].filter((text) => text !== null && text !== undefined).join(', ') || null,
  };
}

/** A folder or an object below a prefix. What a folder is called ends where its slash is, what an object is called does not. */
export function objectEntry(bucket: string, prefix: string, object: S3ObjectDto): FolderEntry {
  const { kind, key } = object;
  const rest = key.slice(prefix.length);
  return {
    kind: kind === 'folder' ? 'directory' : 'file',
    // A key may go on with a slash where a name should be.
    name: (kind === 'folder' ? rest.slice(0, -1) : rest) || '/',
    path: `s3://${bucket}/${key}`,
    sizeBytes: object.size_bytes,
    modifiedAt: object.last_modified,
    comment: object.storage_class === USUAL_CLASS ? null : object.storage_class,
  };
}

/** Consoles write an empty object with the key of a folder to have the folder stay; it is the folder itself, and nothing in it. */
export function isFolderMark(prefix: string, { kind, key, size_bytes: size }: S3ObjectDto): boolean {
  return kind === 'object' && key === prefix && size === 0;
}
