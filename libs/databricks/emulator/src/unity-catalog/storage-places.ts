import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LAKE_BUCKET } from '../s3/storage-location';
import { folderOf, type SecurableIndex } from './securable-index';
import type { Securable } from './securables';
import type { Table } from './table-details';

/** A folder of this machine, and the volume it lies in, if any. */
export interface StoragePlace {
  readonly directory: string;
  readonly volume?: Securable;
}

/** Which folders are behind volumes and tables, and which locations of clients lead to them. */
export class StoragePlaces {
  private readonly mounted = new Map<string, string>();

  constructor(
    private readonly index: SecurableIndex,
    private readonly volumesDirectory: string,
    private readonly tablesDirectory: string,
  ) {}

  mount(volume: Securable, directory: string): void {
    this.mounted.set(volume.id, directory);
  }

  isMounted(volume: Securable): boolean {
    return this.mounted.has(volume.id);
  }

  ofVolume(volume: Securable): string {
    return this.mounted.get(volume.id) ?? join(this.volumesDirectory, folderOf(volume));
  }

  ofManagedTable(id: string): string {
    return join(this.tablesDirectory, id);
  }

  /** Undefined for views, and when the location of an external table is nowhere in this workspace. */
  ofTable({ id, details }: Pick<Table, 'id' | 'details'>): string | undefined {
    if (details.tableType === 'VIEW') return undefined;
    if (details.tableType === 'MANAGED') return this.ofManagedTable(id);
    return details.location === undefined ? undefined : this.find(details.location)?.directory;
  }

  /** As clients see it: in the lake's bucket, or where the creator said. */
  locationOf({ id, details }: Pick<Table, 'id' | 'details'>): string | undefined {
    return details.tableType === 'MANAGED' ? `s3://${LAKE_BUCKET}/${id}` : details.location;
  }

  locationOfVolume(volume: Securable): string {
    return pathToFileURL(this.ofVolume(volume)).href;
  }

  /** What a location leads to: below a volume, or in the lake's bucket. Undefined for everything else. */
  find(location: string): StoragePlace | undefined {
    if (/^file:/i.test(location)) return this.findFile(location);
    const [scheme, bucket, ...keys] = location.split(/\/+/);
    if (/^s3a?:$/i.test(scheme ?? '')) {
      const directory = bucket === LAKE_BUCKET ? below(this.tablesDirectory, keys) : undefined;
      return directory === undefined ? undefined : { directory };
    }
    const [root, catalog, schema, name, ...path] = location
      .replace(/^dbfs:/i, '')
      .split(/\/+/)
      .slice(1);
    if (root !== 'Volumes' || !/^(dbfs:)?\//i.test(location)) return undefined;
    const volume = this.index.find('VOLUME', `${catalog}.${schema}.${name}`);
    const directory = volume === undefined ? undefined : below(this.ofVolume(volume), path);
    return volume === undefined || directory === undefined ? undefined : { directory, volume };
  }

  private findFile(location: string): StoragePlace | undefined {
    const url = URL.canParse(location) ? new URL(location) : undefined;
    if (url === undefined || url.host !== '' || /%2f|%5c|%00/i.test(url.pathname)) return undefined;
    const directory = fileURLToPath(url);
    for (const volume of this.index.all('VOLUME')) {
      const path = relative(this.ofVolume(volume), directory);
      if (path !== '..' && !path.startsWith(`..${sep}`) && path !== directory) return { directory, volume };
    }
    return undefined;
  }
}

/** Undefined when a part of the path would lead out. */
function below(root: string, path: readonly string[]): string | undefined {
  const parts = path.filter((part) => part !== '');
  const tricky = parts.some((part) => part === '.' || part === '..' || part.includes('\0') || part.includes(sep));
  return tricky || parts.length === 0 ? undefined : join(root, ...parts);
}
