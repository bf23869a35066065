import { type Params } from '@angular/router';
import { type TableSourceDto } from '@lakescope/web-api';
import { nameOf, parentOf, volumePath, volumesRoot } from '../files/volume-path';
import { type Place } from '../preferences/places';

/** Where a table lies: what every view of it is asked for. */
export type TableSource =
  | { readonly kind: 'volume'; readonly path: string }
  /** Without a connection the API takes the one whose bucket fits. */
  | { readonly kind: 's3'; readonly path: string; readonly connection: string | undefined }
  | { readonly kind: 'table'; readonly fullName: string };

/** What of a URL's query says where a table lies. */
export interface SourceQuery {
  readonly path?: string | undefined;
  readonly connection?: string | undefined;
  readonly full_name?: string | undefined;
}

const S3 = /^s3[an]?:\/\/([a-z0-9][a-z0-9._-]+)((?:\/[^/]+)*)\/*$/i;
const FULL_NAME = /^(?:`[^`]+`|[^.`/\s]+)(?:\.(?:`[^`]+`|[^.`/\s]+)){2}$/;

/** A location in S3 as the API takes it, without slashes at its end; undefined when the text is none. */
export function s3Path(text: string): string | undefined {
  const [, bucket, rest = ''] = S3.exec(text.trim()) ?? [];
  return bucket === undefined || /\/\.{1,2}(\/|$)/.test(rest) ? undefined : `s3://${bucket}${rest}`;
}

/** The place that a text names, as somebody types or pastes it: a path of a volume, of S3, or a name of three parts. */
export function sourceOfText(text: string, connection?: string): TableSource | undefined {
  const trimmed = text.trim();
  const s3 = s3Path(trimmed);
  if (s3 !== undefined) return { kind: 's3', path: s3, connection };
  if (FULL_NAME.test(trimmed)) return { kind: 'table', fullName: trimmed };
  const path = volumePath(trimmed);
  return path === undefined || path === volumesRoot ? undefined : { kind: 'volume', path };
}

/** The table a URL names; undefined when it names none, or none that can be understood. */
export function sourceOf({ path, connection, full_name }: SourceQuery): TableSource | undefined {
  if (full_name) return { kind: 'table', fullName: full_name };
  const source = sourceOfText(path ?? '', connection || undefined);
  return source?.kind === 'table' ? undefined : source;
}

/** The parameters that lead to a table; those of every other kind are taken out. */
export function sourceParams(source: TableSource): Params {
  return {
    path: source.kind === 'table' ? null : source.path,
    connection: source.kind === 's3' ? (source.connection ?? null) : null,
    full_name: source.kind === 'table' ? source.fullName : null,
  };
}

/** All of where it lies, on one line. */
export function sourceText(source: TableSource): string {
  return source.kind === 'table' ? source.fullName : source.path;
}

/** The last part of it: what the table is called as long as it says nothing else. */
export function sourceName(source: TableSource): string {
  switch (source.kind) {
    case 'volume':
      return nameOf(source.path);
    case 's3':
      return source.path.split('/').at(-1) ?? source.path;
    case 'table':
      return namesOf(source).at(-1) ?? source.fullName;
  }
}

/** The three names of a table of Unity Catalog; none of anything else. */
export function namesOf(source: TableSource): readonly string[] {
  if (source.kind !== 'table') return [];
  return (source.fullName.match(/`[^`]+`|[^.]+/g) ?? []).map((name) => name.replaceAll('`', ''));
}

/** What it lies in. */
export function sourceParent(source: TableSource): string {
  switch (source.kind) {
    case 'volume':
      return parentOf(source.path) ?? '';
    case 's3':
      return source.path.slice(0, Math.max('s3://'.length, source.path.lastIndexOf('/')));
    case 'table':
      return namesOf(source).slice(0, -1).join('.');
  }
}

/** How the API names it. */
export function requestedSource(source: TableSource): TableSourceDto {
  switch (source.kind) {
    case 'volume':
      return { kind: 'volume', path: source.path };
    case 's3':
      return {
        kind: 's3',
        path: source.path,
        ...(source.connection === undefined ? {} : { connection_id: source.connection }),
      };
    case 'table':
      return { kind: 'table', full_name: source.fullName };
  }
}

/** Under which place of the recent and favourite ones it is kept. */
export function placeOf(source: TableSource): Place {
  const connection = source.kind === 's3' ? source.connection : undefined;
  return { kind: 'delta', path: sourceText(source), ...(connection === undefined ? {} : { connection }) };
}
