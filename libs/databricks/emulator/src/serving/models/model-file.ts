import { schemas } from '../../state/schemas';
import { ModelNotServable } from './model-not-servable';

/**
 * The model file of the flavor `lakescope_local`: everything an evaluation needs, as JSON. A row becomes a vector of numbers,
 * one for each feature, and the model is evaluated on that vector.
 */
export type ModelFile = LinearRegression | BoostedTrees | DecisionForest;

interface ModelFileOf<Kind extends string> {
  readonly format: 'lakescope_local';
  readonly format_version: 1;
  readonly kind: Kind;
  readonly features: readonly Feature[];
}

/** `intercept` plus each feature times its coefficient. */
export interface LinearRegression extends ModelFileOf<'linear_regression'> {
  readonly intercept: number;
  readonly coefficients: readonly number[];
}

/** `base` plus the values of the leaves that the row falls into, one for each tree. */
export interface BoostedTrees extends ModelFileOf<'gradient_boosted_trees'> {
  readonly base: number;
  readonly trees: readonly Tree[];
}

/** The average of the distributions of the leaves; the answer is the class that is most probable. */
export interface DecisionForest extends ModelFileOf<'decision_forest'> {
  /** What the column of the answer is called that holds the class; `probability` stands beside it. */
  readonly label: string;
  readonly classes: readonly string[];
  /** What the answer is when no class reaches the parameter `threshold`. */
  readonly undecided: string;
  readonly trees: readonly Tree[];
  /** The values of leaves are positions in this list: the shares of the classes. */
  readonly distributions: readonly (readonly number[])[];
}

/** How one number is made of a column. `missing` stands for a value that is not there, and for a column that is not there. */
export type Feature = { readonly column: string; readonly missing: number } & (
  | { readonly as: 'number' | 'hour_of_day' | 'day_of_week' | 'day_of_year' }
  /** What training has learnt of a text; `missing` also for one it has not seen. */
  | { readonly as: 'encoded'; readonly values: Readonly<Record<string, number>> }
);

/** Nodes by position, the root first. A leaf has the feature -1; to the left go values up to the threshold. */
export interface Tree {
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly value: readonly number[];
}

const numbers = { type: 'array', items: { type: 'number' } };
const positions = { type: 'array', items: { type: 'integer' } };
const tree = {
  type: 'object',
  required: ['feature', 'threshold', 'left', 'right', 'value'],
  properties: { feature: positions, threshold: numbers, left: positions, right: positions, value: numbers },
};
const column = { column: { type: 'string' }, missing: { type: 'number' } };
const feature = {
  type: 'object',
  oneOf: [
    {
      required: ['column', 'missing', 'as'],
      properties: { ...column, as: { enum: ['number', 'hour_of_day', 'day_of_week', 'day_of_year'] } },
    },
    {
      required: ['column', 'missing', 'as', 'values'],
      properties: {
        ...column,
        as: { const: 'encoded' },
        values: { type: 'object', additionalProperties: { type: 'number' } },
      },
    },
  ],
};

const isModelFile = schemas.compile<ModelFile>({
  type: 'object',
  required: ['format', 'format_version', 'kind', 'features'],
  properties: {
    format: { const: 'lakescope_local' },
    format_version: { const: 1 },
    features: { type: 'array', minItems: 1, items: feature },
  },
  oneOf: [
    {
      required: ['intercept', 'coefficients'],
      properties: { kind: { const: 'linear_regression' }, intercept: { type: 'number' }, coefficients: numbers },
    },
    {
      required: ['base', 'trees'],
      properties: {
        kind: { const: 'gradient_boosted_trees' },
        base: { type: 'number' },
        trees: { type: 'array', items: tree },
      },
    },
    {
      required: ['label', 'classes', 'undecided', 'trees', 'distributions'],
      properties: {
        kind: { const: 'decision_forest' },
        label: { type: 'string' },
        classes: { type: 'array', minItems: 2, items: { type: 'string' } },
        undecided: { type: 'string' },
        trees: { type: 'array', minItems: 1, items: tree },
        distributions: { type: 'array', items: numbers },
      },
    },
  ],
});

/** Throws `ModelNotServable` for anything that could not be evaluated on every row. */
export function readModelFile(text: string, name: string): ModelFile {
  const file: unknown = parsed(text, name);
  if (!isModelFile(file)) {
    const [first] = isModelFile.errors ?? [];
    throw new ModelNotServable(`${name}${first?.instancePath ?? ''} ${first?.message ?? 'is not a model'}`);
  }
  if (file.kind === 'linear_regression' && file.coefficients.length !== file.features.length) {
    throw new ModelNotServable(
      `${name} has ${file.coefficients.length} coefficients for ${file.features.length} features`,
    );
  }
  if (file.kind !== 'linear_regression') {
    file.trees.forEach((one, index) => requireTree(one, file.features.length, `${name}: tree ${index}`));
  }
  if (file.kind === 'decision_forest') requireDistributions(file, name);
  return file;
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelNotServable(`${name} is not JSON: ${String(error)}`, { cause: error });
  }
}

/** Children come after their node, so every walk ends. */
function requireTree({ feature: features, threshold, left, right, value }: Tree, width: number, name: string): void {
  const nodes = features.length;
  const sizes = [threshold.length, left.length, right.length, value.length];
  if (nodes === 0 || sizes.some((size) => size !== nodes)) throw new ModelNotServable(`${name} is not whole`);
  features.forEach((one, node) => {
    if (one === -1) return;
    const children = [left[node] ?? 0, right[node] ?? 0];
    if (one < 0 || one >= width || children.some((child) => child <= node || child >= nodes)) {
      throw new ModelNotServable(`${name}: node ${node} leads nowhere`);
    }
  });
}

function requireDistributions({ classes, trees, distributions }: DecisionForest, name: string): void {
  const odd = distributions.some((one) => one.length !== classes.length);
  const astray = trees.some(({ feature: features, value }) =>
    features.some((one, node) => one === -1 && distributions[value[node] ?? -1] === undefined),
  );
  if (odd || astray) throw new ModelNotServable(`${name}: a leaf has no distribution over the classes`);
}
