import type { FunctionInfo, SecurableInfo } from '@lakescope/databricks-wire';
import { detailsText, type Securable } from './securables';

/** What a function is, beyond what every securable has: in the words of the API, because nothing here runs it. */
export type FunctionDetails = Omit<FunctionInfo, keyof SecurableInfo | 'catalog_name' | 'schema_name' | 'function_id'>;

/** Only the metastore writes details, so they are what it wrote. */
export function functionDetailsOf(securable: Securable): FunctionDetails {
  return JSON.parse(detailsText(securable) ?? '{}') as FunctionDetails;
}
