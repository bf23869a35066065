import type { VolumeInfo } from '@lakescope/databricks-wire';
import { InvalidRequest } from '@lakescope/server-http';
import { VolumePath } from '../files/volume-path';

/** The path below /Volumes that a location of a table is, if it is one. */
export function inspectorPathOf(location: string): string | undefined {
  const path = location.replace(/^dbfs:/i, '');
  return path.startsWith('/Volumes/') ? checked(path) : undefined;
}

/** The same for a location in cloud storage, which may lie in that of a volume. The longest one wins, should one lie in another. */
export function placeInVolume(location: string, volumes: readonly VolumeInfo[]): string | undefined {
  const [found] = volumes
    .flatMap(({ storage_location: root = '', catalog_name, schema_name, name }) => {
      const base = `${root.replace(/\/+$/, '')}/`;
      if (root === '' || !location.startsWith(base)) return [];
      return [{ base, path: `/Volumes/${catalog_name}/${schema_name}/${name}/${location.slice(base.length)}` }];
    })
    .sort((left, right) => right.base.length - left.base.length);
  return found === undefined ? undefined : checked(found.path);
}

/** What the inspector would refuse is no path for it. */
function checked(path: string): string | undefined {
  try {
    return VolumePath.parse(path.replace(/\/+$/, ''), 'path').toString();
  } catch (error) {
    if (error instanceof InvalidRequest) return undefined;
    throw error;
  }
}
