import { type IconName } from '@lakescope/web-ui';
import { type CatalogPlace } from '../catalog-place';

/** One line of a list of catalogs, schemas, tables or volumes. Null is not known, undefined not part of the list. */
export interface ListedObject {
  readonly place: CatalogPlace;
  readonly icon: IconName;
  /** What it is, in words. */
  readonly what: string;
  readonly owner: string | null;
  readonly comment: string | null;
  readonly updatedAt: string | null;
  readonly rows?: number | string | null;
  readonly bytes?: number | string | null;
}

export type ListKey = 'name' | 'rows' | 'bytes' | 'updatedAt';

export interface ListOrder {
  readonly key: ListKey;
  readonly isDescending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true });

export function nameOf({ place }: ListedObject): string {
  return place.names.at(-1) ?? '';
}

function compared(a: ListedObject, b: ListedObject, key: ListKey): number {
  switch (key) {
    case 'rows':
      return Number(a.rows ?? -1) - Number(b.rows ?? -1);
    case 'bytes':
      return Number(a.bytes ?? -1) - Number(b.bytes ?? -1);
    case 'updatedAt':
      return (a.updatedAt ?? '').localeCompare(b.updatedAt ?? '');
    default:
      return collator.compare(nameOf(a), nameOf(b));
  }
}

/** In the order asked for; equal ones by name. What is not known is less than anything that is. */
export function inOrder(objects: readonly ListedObject[], { key, isDescending }: ListOrder): readonly ListedObject[] {
  const direction = isDescending ? -1 : 1;
  return [...objects].sort((a, b) => compared(a, b, key) * direction || collator.compare(nameOf(a), nameOf(b)));
}

/** What a click on a heading asks for: the other direction, or a new key, most and newest first. */
export function nextOrder(present: ListOrder, key: ListKey): ListOrder {
  return { key, isDescending: present.key === key ? !present.isDescending : key !== 'name' };
}
