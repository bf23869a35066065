import { type Params } from '@angular/router';
import { type IconName } from '@lakescope/web-ui';
import { linkTo } from '../catalog/catalog-place';
import { sourceName, sourceOfText, sourceParams, sourceParent } from '../delta/table-source';
import { nameOf, parentOf } from '../files/volume-path';
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
  files: 'folder',
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
