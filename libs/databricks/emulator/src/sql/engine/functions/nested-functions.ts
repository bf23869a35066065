import { SqlFailure } from '../sql-failure';
import { identifier } from '../language/duckdb-text';
import { ANY, as, asInt, written, type FunctionTable } from './spark-function';

const size = asInt('len', 1);
const explode = as('unnest', 1);

/** Arrays, maps and structs. */
export const NESTED_FUNCTIONS: FunctionTable = {
  aggregate: written(3, 3, ([list, start, merge]) => `list_reduce(${list}, ${merge}, ${start})`),
  array: as('list_value', 0, ANY),
  array_append: as('list_append', 2),
  array_compact: written(1, 1, ([list]) => `list_filter(${list}, lambda item: item IS NOT NULL)`),
  array_contains: as('list_contains', 2),
  array_distinct: as('list_distinct', 1),
  array_except: written(
    2,
    2,
    ([list, other]) => `list_filter(${list}, lambda item: NOT list_contains(${other}, item))`,
  ),
  array_intersect: as('list_intersect', 2),
  array_join: as('array_to_string', 2),
  array_max: as('list_max', 1),
  array_min: as('list_min', 1),
  array_position: written(2, 2, ([list, item]) => `CAST(coalesce(list_position(${list}, ${item}), 0) AS BIGINT)`),
  array_size: size,
  array_sort: written(1, 1, ([list]) => `list_sort(${list}, 'ASC', 'NULLS LAST')`),
  array_union: written(2, 2, ([list, other]) => `list_distinct(${list} || ${other})`),
  arrays_overlap: as('list_has_any', 2),
  cardinality: size,
  element_at: written(2, 2, ([value, key]) => `(${value})[${key}]`),
  explode,
  filter: as('list_filter', 2),
  flatten: as('flatten', 1),
  inline: explode,
  map: written(0, ANY, (args) => {
    const keys = args.filter((_, index) => index % 2 === 0);
    const values = args.filter((_, index) => index % 2 === 1);
    return `map([${keys.join(', ')}], [${values.join(', ')}])`;
  }),
  map_contains_key: as('map_contains', 2),
  map_entries: as('map_entries', 1),
  map_from_arrays: as('map', 2),
  map_from_entries: as('map_from_entries', 1),
  map_keys: as('map_keys', 1),
  map_values: as('map_values', 1),
  named_struct: written(2, ANY, (args, expressions) => {
    const fields = args.flatMap((value, index) => {
      if (index % 2 === 0) return [];
      const name = expressions[index - 1]?.text;
      if (name === undefined) {
        throw new SqlFailure(
          'DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING',
          'Cannot resolve "named_struct" due to data type mismatch: Only foldable STRING expressions are allowed to appear at odd position.',
          '42K09',
        );
      }
      return [`${identifier(name)} := ${value}`];
    });
    return `struct_pack(${fields.join(', ')})`;
  }),
  reduce: written(3, 3, ([list, start, merge]) => `list_reduce(${list}, ${merge}, ${start})`),
  sequence: written(2, 3, (args) => `generate_series(${args.join(', ')})`),
  size,
  slice: written(3, 3, ([list, start, count]) => `list_slice(${list}, ${start}, ${start} + ${count} - 1)`),
  sort_array: written(
    1,
    2,
    ([list, ascending = 'true']) =>
      `CASE WHEN ${ascending} THEN list_sort(${list}, 'ASC', 'NULLS FIRST') ELSE list_sort(${list}, 'DESC', 'NULLS LAST') END`,
  ),
  struct: written(1, ANY, (args, expressions) => {
    const fields = args.map((value, index) => {
      const { alias, column } = expressions[index] ?? {};
      return `${identifier(alias ?? column ?? `col${index + 1}`)} := ${value}`;
    });
    return `struct_pack(${fields.join(', ')})`;
  }),
  transform: as('list_transform', 2),
};
