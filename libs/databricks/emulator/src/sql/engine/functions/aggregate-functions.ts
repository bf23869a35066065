import { aggregate, windowed, type FunctionTable, type SparkFunction } from './spark-function';

const average = aggregate('avg');
const stddev = aggregate('stddev_samp');
const variance = aggregate('var_samp');
const every = aggregate('bool_and');
const some = aggregate('bool_or');
/** Arrays of values leave NULL out. */
const collected: SparkFunction = { ...aggregate('list'), skipsNull: true };
const percentile = aggregate('quantile_cont', 2);
const percentileApprox: SparkFunction = {
  ...aggregate('quantile_disc', 2, 3),
  write: ([value, share]) => `quantile_disc(${value}, ${share})`,
};
const joined: SparkFunction = {
  ...aggregate('string_agg', 1, 2),
  write: ([value, separator = "''"]) => `string_agg(${value}, ${separator})`,
};

/** Aggregate and window functions. */
export const AGGREGATE_FUNCTIONS: FunctionTable = {
  any: some,
  any_value: aggregate('any_value', 1),
  approx_count_distinct: aggregate('approx_count_distinct', 1, 2),
  approx_percentile: percentileApprox,
  array_agg: collected,
  avg: average,
  bit_and: aggregate('bit_and'),
  bit_or: aggregate('bit_or'),
  bit_xor: aggregate('bit_xor'),
  bool_and: every,
  bool_or: some,
  collect_list: collected,
  collect_set: { ...collected, write: ([value]) => `list(DISTINCT ${value})` },
  corr: aggregate('corr', 2),
  count: aggregate('count', 1),
  count_if: aggregate('count_if', 1, 1, 'BIGINT'),
  covar_pop: aggregate('covar_pop', 2),
  covar_samp: aggregate('covar_samp', 2),
  every,
  first: aggregate('first', 1),
  first_value: aggregate('first_value', 1),
  grouping: { ...aggregate('grouping', 1), type: 'TINYINT' },
  kurtosis: aggregate('kurtosis_pop', 1),
  last: aggregate('last', 1),
  last_value: aggregate('last_value', 1),
  listagg: joined,
  max: aggregate('max'),
  max_by: aggregate('arg_max', 2),
  mean: average,
  median: aggregate('median'),
  min: aggregate('min'),
  min_by: aggregate('arg_min', 2),
  mode: aggregate('mode'),
  percentile,
  percentile_approx: percentileApprox,
  percentile_cont: aggregate('percentile_cont', 1),
  percentile_disc: aggregate('percentile_disc', 1),
  skewness: aggregate('skewness', 1),
  some,
  std: stddev,
  stddev,
  stddev_pop: aggregate('stddev_pop'),
  stddev_samp: stddev,
  string_agg: joined,
  sum: aggregate('sum'),
  try_sum: aggregate('sum'),
  try_avg: average,
  var_pop: aggregate('var_pop'),
  var_samp: variance,
  variance,

  cume_dist: windowed('cume_dist', 0),
  dense_rank: windowed('dense_rank', 0, 0, 'INTEGER'),
  lag: windowed('lag', 1, 3),
  lead: windowed('lead', 1, 3),
  nth_value: windowed('nth_value', 2),
  ntile: windowed('ntile', 1, 1, 'INTEGER'),
  percent_rank: windowed('percent_rank', 0),
  rank: windowed('rank', 0, 0, 'INTEGER'),
  row_number: windowed('row_number', 0, 0, 'INTEGER'),
};
