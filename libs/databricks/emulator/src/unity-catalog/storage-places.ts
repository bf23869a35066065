import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isBucketName, LAKE_BUCKET, parseStorageLocation } from '../s3/storage-location';
import { placeOf } from './external-place';
import { folderOf, type SecurableIndex } from './securable-index';
import { holdsOthers, type Securable, type SecurableName, type SecurableType } from './securables';
import type { Table } from './table-details';

/** A folder of this machine, and the volume it lies in, if any. */
export interface StoragePlace {
  readonly directory: string;
  readonly volume?: Securable;
}

/** Where the versions of registered models lie, in the lake's bucket: below what is nobody's table. */
const MODELS = '__unitystorage/models';

/** Which folders are behind volumes, tables and models, and which locations of clients lead to them. */
export class StoragePlaces {
  private readonly mounted = new Map<string, string>();
  private readonly volumesDirectory: string;
  private readonly tablesDirectory: string;

  constructor(
    private readonly index: SecurableIndex,
    private readonly stateDirectory: string,
  ) {
    this.volumesDirectory = join(stateDirectory, 'volumes');
    this.tablesDirectory = join(stateDirectory, 'tables');
  }

  mount(volume: Securable, directory: string): void {
    this.mounted.set(volume.id, directory);
  }

  isMounted(volume: Securable): boolean {
    return this.mounted.has(volume.id);
  }

  /** Mounts, and volumes in an external location that takes nothing. */
  isReadOnly(volume: Securable): boolean {
    if (volume.volumeType !== 'EXTERNAL') return this.isMounted(volume);
    const location = this.externalLocationOf(placeOf(volume).url);
    return location !== undefined && placeOf(location).readOnly === true;
  }

  ofVolume(volume: Securable): string {
    const external = volume.volumeType === 'EXTERNAL' ? this.ofObjects(placeOf(volume).url) : undefined;
    return external ?? this.mounted.get(volume.id) ?? join(this.volumesDirectory, folderOf(volume));
  }

  ofManagedTable(id: string): string {
    return join(this.tablesDirectory, id);
  }

  /** The folder of all versions of a registered model. */
  ofModel(id: string): string {
    return join(this.tablesDirectory, ...MODELS.split('/'), id);
  }

  locationOfModel(id: string, version?: number): string {
    return `s3://${LAKE_BUCKET}/${MODELS}/${id}${version === undefined ? '' : `/${version}`}`;
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
    return volume.volumeType === 'EXTERNAL' ? placeOf(volume).url : pathToFileURL(this.ofVolume(volume)).href;
  }

  /** The folder behind `s3://bucket/path`, also that of the whole bucket; undefined when no path can be meant. */
  ofObjects(url: string): string | undefined {
    if (!/^s3a?:\/\/[^/?#]+/i.test(url)) return undefined;
    const { bucket, path } = parseStorageLocation(url);
    const root = bucket === LAKE_BUCKET ? this.tablesDirectory : join(this.stateDirectory, 's3', 'buckets', bucket);
    if (!isBucketName(bucket)) return undefined;
    return path === '' ? root : below(root, path.split('/'));
  }

  /** The external location that a URL lies in; the longest, if there are several. */
  externalLocationOf(url: string): Securable | undefined {
    return [...this.index.all('EXTERNAL_LOCATION')]
      .filter((location) => isWithin(url, placeOf(location).url))
      .sort((one, other) => placeOf(other).url.length - placeOf(one).url.length)[0];
  }

  /** Folders that go with something when it is dropped: those of its volumes, tables and models that lie nowhere else. */
  ownedBelow(dropped: SecurableName): readonly string[] {
    const within = (one: Securable): boolean =>
      (one.type === dropped.type && one.fullName === dropped.fullName) ||
      (holdsOthers(dropped.type) && one.fullName.startsWith(`${dropped.fullName}.`));
    const all = (type: SecurableType): Securable[] => [...this.index.all(type)].filter(within);
    const volumes = all('VOLUME').filter((one) => one.volumeType !== 'EXTERNAL' && !this.isMounted(one));
    return [
      ...volumes.map((volume) => this.ofVolume(volume)),
      ...all('TABLE')
        .filter(({ tableType }) => tableType === 'MANAGED')
        .map(({ id }) => this.ofManagedTable(id)),
      ...all('MODEL').map(({ id }) => this.ofModel(id)),
    ];
  }

  /** What a location leads to: below a volume, or in a bucket. Undefined for everything else. */
  find(location: string): StoragePlace | undefined {
    if (/^file:/i.test(location)) return this.findFile(location);
    if (/^s3a?:/i.test(location)) {
      const directory = /^s3a?:\/\/[^/]+\/+[^/]/i.test(location) ? this.ofObjects(location) : undefined;
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

/** Whether a URL is another one or lies below it: `s3://b/a` holds `s3://b/a/x`, and not `s3://b/ab`. */
export function isWithin(url: string, outer: string): boolean {
  const [inner, around] = [normal(url), normal(outer)];
  return inner === around || inner.startsWith(`${around}/`);
}

function normal(url: string): string {
  return url.replace(/^s3a:/i, 's3:').replace(/\/+$/, '');
}

/** Undefined when a part of the path would lead out. */
function below(root: string, path: readonly string[]): string | undefined {
  const parts = path.filter((part) => part !== '');
  const tricky = parts.some((part) => part === '.' || part === '..' || part.includes('\0') || part.includes(sep));
  return tricky || parts.length === 0 ? undefined : join(root, ...parts);
}
