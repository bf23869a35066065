import { boost } from './boosted-trees';
import { CLIPPED, clipped, errorsOf, EVERY, featuresOf, flights, SMOOTHING, vectorOf } from './flights';
import { leafValue } from './grown-tree';
import { ridge } from './ridge';
import { mean, rounded } from './training-data';
import type { TrainedModel } from './trained-model';

const SHRINKAGE = 10;
const BOOSTING = { trees: 40, depth: 4, learningRate: 0.15, leastInLeaf: 200, shares: 32 };

const DATA = `
## What it is for

A demonstration: it shows a regression behind an endpoint. Do not plan a journey by it. Delays have causes (weather, crews, earlier flights) that none of its columns knows, so it explains a small share of them; the metrics say how small.

## Data

Flights in the United States in the first quarter of 2001, from the \`flights\` table of the demo lake (U.S. Bureau of Transportation Statistics, by way of \`vega-datasets\`), every ${EVERY}th row. Trained on January and February, measured on March. Delays are clipped to ${CLIPPED.least} to ${CLIPPED.most} minutes for training, and for measuring they are as they were.

Departures are times as they were flown, not as planned: nights are full of flights that should have left in the evening. The model has learnt that, and it would mislead somebody who asks about a timetable.

## Columns

\`departure\` (local time), \`origin\` and \`destination\` (codes of airports; one it has not seen counts as an average airport), \`distance_miles\`. The answer is the delay in minutes; less than zero is early.
`;

/** Version 1, a line, and version 2, trees: both on the same rows, so that their metrics compare. */
export async function trainFlightDelay(): Promise<readonly TrainedModel[]> {
  const { known, unseen } = await flights();
  const features = featuresOf(known);
  const vectors = known.map((flight) => vectorOf(flight, features));
  const targets = known.map(({ delay }) => clipped(delay));
  const line = ridge(vectors, targets, SHRINKAGE);
  const linear = {
    intercept: rounded(line.intercept, 8),
    coefficients: line.coefficients.map((coefficient) => rounded(coefficient, 8)),
  };
  const boosted = boost(vectors, targets, BOOSTING);

  const asked = unseen.map((flight) => vectorOf(flight, features));
  const actual = unseen.map(({ delay }) => delay);
  const usual = mean(known.map(({ delay }) => delay));
  const byLine = asked.map((vector) =>
    linear.coefficients.reduce((sum, coefficient, index) => sum + coefficient * (vector[index] ?? 0), linear.intercept),
  );
  const byTrees = asked.map((vector) =>
    boosted.trees.reduce((sum, tree) => sum + leafValue(tree, vector), boosted.base),
  );
  const rows = { rows_trained: known.length, rows_measured: unseen.length, airport_smoothing: SMOOTHING };
  const common = {
    name: 'flight_delay',
    inputs: [
      { type: 'datetime', name: 'departure', required: true },
      { type: 'string', name: 'origin', required: true },
      { type: 'string', name: 'destination', required: true },
      { type: 'integer', name: 'distance_miles', required: true },
    ],
    outputs: [{ type: 'double', required: true }],
    example: {
      columns: ['departure', 'origin', 'destination', 'distance_miles'],
      data: [
        ['2001-03-02T17:40:00', 'ORD', 'LGA', 733],
        ['2001-03-06T07:15:00', 'SEA', 'SFO', 679],
      ],
    },
    card: DATA,
  };
  const file = { format: 'lakescope_local', format_version: 1 };
  return [
    {
      ...common,
      version: 1,
      description: 'Minutes a flight is late: a ridge regression',
      file: { ...file, kind: 'linear_regression', features, ...linear },
      settings: { model: 'ridge regression', shrinkage: SHRINKAGE, ...rows },
      metrics: errorsOf(byLine, actual, usual),
    },
    {
      ...common,
      version: 2,
      description: 'Minutes a flight is late: gradient boosted trees',
      file: { ...file, kind: 'gradient_boosted_trees', features, base: boosted.base, trees: boosted.trees },
      settings: {
        model: 'gradient boosted trees, squared error',
        trees: BOOSTING.trees,
        depth: BOOSTING.depth,
        learning_rate: BOOSTING.learningRate,
        least_in_leaf: BOOSTING.leastInLeaf,
        ...rows,
      },
      metrics: errorsOf(byTrees, actual, usual),
    },
  ];
}
