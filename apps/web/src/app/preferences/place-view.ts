import { type Params } from '@angular/router';
import { type IconName } from '@lakescope/web-ui';
import { linkTo } from '../catalog/catalog-place';
import { sourceName, sourceOfText, sourceParams, sourceParent } from '../delta/table-source';
import { nameOf, parentOf } from '../files/volume-path';
import { nameOfLocation, prefixAbove, s3Location, s3Path } from '../s3/s3-location';
import { type Place } from './places';

/** A place as a link: what it is called, what it lies in, where it leads. */
export interface PlaceView {
  readonly name: string;
  readonly parent: string;
  readonly whole: string;
  readonly icon: IconName;
  readonly commands: readonly string[];
  readonly query: Params;
}

const ICONS: Readonly<Record<Place['kind'], IconName>> = {
  delta: 'delta',
  endpoint: 'serving',
  files: 'folder',
  s3: 'storage',
  table: 'table',
  volume: 'volume',
};

export function placeView(place: Place): PlaceView {
  const { kind, path } = place;
  const icon = ICONS[kind];
  if (kind === 'delta') {
    const source = sourceOfText(path, place.connection);
    if (source !== undefined && source.kind !== 'volume') {
      const parent = sourceParent(source);
      return {
        name: sourceName(source),
        parent,
        whole: path,
        icon,
        commands: ['/delta'],
        query: sourceParams(source),
      };
    }
  }
  if (kind === 'endpoint') {
    return { name: path, parent: $localize`Serving`, whole: path, icon, commands: ['/serving', path], query: {} };
  }
  if (kind === 's3') return { ...inS3(path, place.connection ?? ''), icon };
  if (kind === 'table' || kind === 'volume') {
    const names = path.split('.');
    return {
      name: names.at(-1) ?? '',
      parent: names.slice(0, -1).join('.'),
      whole: path,
      icon,
      ...linkTo({ names, kind }),
    };
  }
  return {
    name: nameOf(path),
    parent: parentOf(path) ?? '',
    whole: path,
    icon,
    commands: [`/${kind}`],
    query: { path },
  };
}

/** A bucket, or a folder of one. */
function inS3(path: string, connection: string): Omit<PlaceView, 'icon'> {
  const location = s3Location(path);
  const commands = ['/s3', connection];
  if (location === undefined) return { name: path, parent: '', whole: path, commands, query: {} };
  const { bucket, prefix } = location;
  const above = prefixAbove(prefix);
  return {
    name: nameOfLocation(location),
    parent: above === undefined ? '' : s3Path({ bucket, prefix: above }),
    whole: s3Path(location),
    commands,
    query: { bucket, ...(prefix === '' ? {} : { prefix }) },
  };
}
