import type { Access } from '../identity/access';
import type { Lookup } from './lookup';
import type { SecurableChanges } from './securable-changes';
import type { SecurableInfos } from './securable-info';
import type { SecurableLists } from './securable-lists';

export const ROOT = '/api/2.1/unity-catalog';

/** What the routes of a type of securable are made of. */
export interface CatalogApi {
  readonly access: Access;
  readonly lookup: Lookup;
  readonly lists: SecurableLists;
  readonly changes: SecurableChanges;
  readonly infos: SecurableInfos;
}

export interface ByName {
  Params: { name: string };
}
