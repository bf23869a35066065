/** A model file of the flavor `lakescope_local`, read by nobody but this. */
export interface ModelText {
  readonly kind: string;
  readonly features: readonly {
    readonly column: string;
    readonly as: string;
    readonly missing: number;
    readonly values?: Readonly<Record<string, number>>;
  }[];
  readonly intercept?: number;
  readonly coefficients?: readonly number[];
  readonly base?: number;
  readonly trees?: readonly Readonly<Record<'feature' | 'threshold' | 'left' | 'right' | 'value', readonly number[]>>[];
  readonly classes?: readonly string[];
  readonly distributions?: readonly (readonly number[])[];
}

/**
 * The rows of `source`, and as `expected` what the model answers to each, as one query of DuckDB: an evaluation that shares no
 * code with the one behind endpoints. A classifier answers a struct of its class and the probability of that.
 */
export function modelInSql(model: ModelText, source: string): string {
  const features = model.features.map(
    (feature, index) => `coalesce(${featureSql(feature)}, ${feature.missing})::DOUBLE AS f${index}`,
  );
  const leaves = (model.trees ?? []).map((tree, index) => `${treeSql(tree)} AS leaf${index}`);
  const distributions = (model.distributions ?? []).map((shares) => `[${shares.join(', ')}]`);
  return `WITH source AS (${source}),
    vectors AS MATERIALIZED (SELECT *, ${features.join(', ')} FROM source),
    leaves AS MATERIALIZED (SELECT ${['*', ...leaves].join(', ')} FROM vectors),
    distributions AS MATERIALIZED (SELECT [${distributions.join(', ')}] AS shares_of)
    SELECT *, ${answerSql(model)} AS expected FROM leaves, distributions`;
}

function answerSql({ kind, intercept, coefficients = [], base, trees = [], classes = [] }: ModelText): string {
  const sum = (terms: readonly string[]): string => terms.join(' + ');
  if (kind === 'linear_regression')
    return sum([`${intercept}`, ...coefficients.map((one, index) => `${one} * f${index}`)]);
  if (kind === 'gradient_boosted_trees') return sum([`${base}`, ...trees.map((_, index) => `leaf${index}`)]);
  const shares = classes.map((_, position) => {
    const ofTrees = trees.map((_tree, index) => `shares_of[leaf${index}::INTEGER + 1][${position + 1}]`);
    return `(${sum(ofTrees)}) / ${trees.length}`;
  });
  const names = classes.map((name) => `'${name}'`).join(', ');
  const answer = `{weather: [${names}][list_position(s, list_max(s))], probability: list_max(s)}`;
  return `list_transform([[${shares.join(', ')}]], lambda s: ${answer})[1]`;
}

function featureSql({ column, as, values }: ModelText['features'][number]): string {
  switch (as) {
    case 'hour_of_day':
      return `hour(${column}) + minute(${column}) / 60.0::DOUBLE`;
    case 'day_of_week':
      return `dayofweek(${column})`;
    case 'day_of_year':
      return `dayofyear(${column})`;
    case 'encoded':
      return `CASE ${column} ${Object.entries(values ?? {})
        .map(([text, value]) => `WHEN '${text}' THEN ${value}`)
        .join(' ')} END`;
    default:
      return column;
  }
}

function treeSql(tree: NonNullable<ModelText['trees']>[number], node = 0): string {
  const feature = tree.feature[node] ?? -1;
  if (feature < 0) return `${tree.value[node]}`;
  const [left, right] = [tree.left, tree.right].map((children) => treeSql(tree, children[node]));
  return `CASE WHEN f${feature} <= ${tree.threshold[node]} THEN ${left} ELSE ${right} END`;
}
