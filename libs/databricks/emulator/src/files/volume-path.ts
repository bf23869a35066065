import { sep } from 'node:path';
import { invalidParameter } from '../http/refusals';

/** Where in which volume or registered model a Files API path points. */
export interface VolumePath {
  readonly root: 'Volumes' | 'Models';
  /** `catalog.schema.volume`, or the full name of the model. */
  readonly volume: string;
  /** What is below the volume's root, empty for the root; of a model the first one is a version. */
  readonly segments: readonly string[];
}

/**
 * Reads the path of a Files API request as it was sent. It is split before it is decoded, once, and split again where a
 * segment held an encoded slash; after that no segment can climb: `..` in any spelling, NUL and what the operating
 * system would read as a separator are refused.
 */
export function parseVolumePath(encodedPath: string): VolumePath {
  return volumePathOf(encodedPath.split('/').map(decode).join('/'));
}

/** Reads a path as people write it, and as clients send it in a query or a body: nothing in it is decoded. */
export function volumePathOf(path: string): VolumePath {
  const segments = path.split('/').filter((segment) => segment !== '');
  segments.forEach(refuseTrick);
  const [root, catalog, schema, volume, ...rest] = segments;
  if (root !== 'Volumes' && root !== 'Models')
    throw invalidParameter('The path must start with /Volumes/<catalog>/<schema>/<volume>');
  if (catalog === undefined || schema === undefined || volume === undefined) {
    throw invalidParameter('The path must name a volume: /Volumes/<catalog>/<schema>/<volume>');
  }
  if ([catalog, schema, volume].some((name) => name.includes('.'))) throw invalidParameter('Invalid volume name');
  return { root, volume: `${catalog}.${schema}.${volume}`.toLowerCase(), segments: rest };
}

/** The path as clients write it. */
export function formatVolumePath(
  volume: string,
  segments: readonly string[],
  root: VolumePath['root'] = 'Volumes',
): string {
  return `/${[root, ...volume.split('.'), ...segments].join('/')}`;
}

/** The path as it stands in a URL. */
export function encodeVolumePath(volume: string, segments: readonly string[]): string {
  return formatVolumePath(volume, segments.map(encodeURIComponent));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidParameter('The path is not percent-encoded UTF-8');
  }
}

function refuseTrick(segment: string): void {
  if (segment === '.' || segment === '..') throw invalidParameter('The path must not contain . or ..');
  if (segment.includes('\0')) throw invalidParameter('The path must not contain NUL');
  if (Buffer.byteLength(segment) > 255) throw invalidParameter('A part of the path is longer than 255 bytes');
  // On Windows a backslash separates and a colon opens another stream of the file.
  if (sep === '\\' && /[\\:]/.test(segment)) throw invalidParameter('The path must not contain \\ or :');
}
