import type { PreferenceKeys } from '@lakescope/server-lakebase';
import { LONGEST_LIST, LONGEST_VALUE } from './is-filter-value';
import { LONGEST_NAME } from './sql-names';
import { FILTER_OPS } from './table-select';

type Schema = Parameters<PreferenceKeys['register']>[1];

const name: Schema = { type: 'string', minLength: 1, maxLength: LONGEST_NAME };
const scalar: Schema = { type: ['string', 'number', 'boolean'], maxLength: LONGEST_VALUE };

const savedQuery: Schema = {
  type: 'object',
  required: ['name', 'catalog', 'schema', 'table'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 200 },
    catalog: name,
    schema: name,
    table: name,
    columns: { type: ['array', 'null'], maxItems: 5_000, items: name },
    filters: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        required: ['column', 'op'],
        additionalProperties: false,
        properties: {
          column: name,
          op: { enum: [...FILTER_OPS] },
          value: { anyOf: [scalar, { type: 'array', minItems: 1, maxItems: LONGEST_LIST, items: scalar }] },
        },
      },
    },
    order_by: {
      type: 'array',
      maxItems: 20,
      items: {
        type: 'object',
        required: ['column', 'direction'],
        additionalProperties: false,
        properties: { column: name, direction: { enum: ['asc', 'desc'] } },
      },
    },
    limit: { type: 'integer', minimum: 1, maximum: 1_000 },
  },
};

/** What people keep about querying. */
export const QUERY_PREFERENCES: Readonly<Record<string, Schema>> = {
  saved_queries: { type: 'array', maxItems: 200, items: savedQuery },
  /** Whether a stopped SQL warehouse is started without asking. */
  warehouse_start: { enum: ['ask', 'always'] },
  /** The directory of a volume that exports go to, unless another one is named. */
  export_destination: { type: 'string', maxLength: 4_096, pattern: '^/Volumes/[^/]+/[^/]+/[^/]+(/.*)?$' },
};
