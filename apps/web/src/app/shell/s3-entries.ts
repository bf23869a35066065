import { computed, type Signal } from '@angular/core';
import { apiResource, listS3Connections, type S3ConnectionDto } from '@lakescope/web-api';
import { s3Location, s3Path, tablePath } from '../s3/s3-location';
import { type PaletteEntry } from './palette-entries';

/** One person has 50 at most, so one page holds them all. */
const PAGE_SIZE = 100;
/** So many ways to one pasted path; the bucket's own connections come first. */
const MOST_WAYS = 5;

type Connection = Pick<S3ConnectionDto, 'id' | 'name' | 'bucket'>;

/** What the palette offers for a text that begins with `s3`: a pasted path by each connection, or the connections by name. */
export function s3Search(text: Signal<string>): Signal<readonly PaletteEntry[]> {
  const isMeant = computed(() => /^["'`\s]*s3/i.test(text()));
  const connections = apiResource(listS3Connections, () => (isMeant() ? { query: { limit: PAGE_SIZE } } : undefined));
  return computed(() => (isMeant() ? s3Entries(text(), connections.latest()?.items ?? []) : []));
}

export function s3Entries(text: string, connections: readonly Connection[]): readonly PaletteEntry[] {
  const location = s3Location(text);
  if (location === undefined) {
    const wanted = text
      .trim()
      .replace(/^s3\s*/i, '')
      .toLowerCase();
    return connections.filter(({ name }) => name.toLowerCase().includes(wanted)).map(connectionEntry);
  }
  const { bucket, prefix } = location;
  const isOwn = (connection: Connection): number => (connection.bucket === bucket ? 0 : 1);
  return [...connections]
    .sort((one, other) => isOwn(one) - isOwn(other))
    .slice(0, MOST_WAYS)
    .flatMap(({ id, name }) => [
      {
        id: `s3-open:${id}`,
        group: $localize`This path`,
        label: s3Path(location),
        hint: $localize`Open with ${name}:connection:`,
        icon: 'storage' as const,
        commands: ['/s3', id],
        query: { bucket, ...(prefix === '' ? {} : { prefix }) },
      },
      {
        id: `s3-inspect:${id}`,
        group: $localize`This path`,
        label: tablePath(location),
        hint: $localize`Inspect as Delta table with ${name}:connection:`,
        icon: 'delta' as const,
        commands: ['/delta'],
        query: { connection: id, path: tablePath(location) },
      },
    ]);
}

function connectionEntry({ id, name, bucket }: Connection): PaletteEntry {
  return {
    id: `s3:${id}`,
    group: $localize`S3 connections`,
    label: name,
    hint: bucket === null ? '' : `s3://${bucket}`,
    icon: 'storage',
    commands: ['/s3', id],
    query: bucket === null ? {} : { bucket },
  };
}
