import { Chance } from './chance';
import { growForest, sharesOf } from './decision-forest';
import { mean, openDataFile, queryRows, rounded } from './training-data';
import type { TrainedModel } from './trained-model';

const SEED = 20150101;
const FOREST = { trees: 30, depth: 6, leastInLeaf: 5, tried: 3, shares: 24 };
const CLASSES = ['drizzle', 'fog', 'rain', 'snow', 'sun'];

const CARD = `
## What it is for

A demonstration: it shows a classifier behind an endpoint, with an optional column and a param. It names the kind of weather of a day that is over, from what was measured on it; it forecasts nothing.

## Data

Daily weather in Seattle from 2012 to 2015, from the \`seattle_weather\` data of the demo lake (NOAA, by way of \`vega-datasets\`). Trained on 2012 to 2014, measured on 2015. Snow, fog and drizzle are rare, and most of them are taken for rain or sun: look at the recall of each kind before the accuracy.

## Columns

\`precipitation\` (mm), \`temp_max\` and \`temp_min\` (degrees Celsius), \`wind\` (m/s); \`date\` is optional, and without it the middle of the year is assumed. The param \`threshold\` (default 0) makes the answer \`undecided\` where the most probable kind of weather is less probable than that.
`;

/** Version 1 of the classifier. */
export async function trainWeatherType(): Promise<TrainedModel> {
  const features = [
    { column: 'precipitation', as: 'number', missing: 0 },
    { column: 'temp_max', as: 'number', missing: 16 },
    { column: 'temp_min', as: 'number', missing: 8 },
    { column: 'wind', as: 'number', missing: 3 },
    { column: 'date', as: 'day_of_year', missing: 183 },
  ];
  const days = await queryRows(`
    SELECT year(date) AS year, dayofyear(date)::DOUBLE AS day, precipitation, temp_max, temp_min, wind, weather
      FROM read_csv('${openDataFile('seattle-weather.csv')}') ORDER BY date`);
  const vectorOf = (day: (typeof days)[number]): number[] =>
    ['precipitation', 'temp_max', 'temp_min', 'wind', 'day'].map((name) => Number(day[name]));
  const classOf = (day: (typeof days)[number]): number => CLASSES.indexOf(String(day['weather']));
  const known = days.filter(({ year }) => Number(year) < 2015);
  const unseen = days.filter(({ year }) => Number(year) === 2015);
  const forest = growForest(known.map(vectorOf), known.map(classOf), FOREST, new Chance(SEED));

  const answers = unseen.map((day) => {
    const shares = sharesOf(forest, vectorOf(day));
    return { shares, said: shares.indexOf(Math.max(...shares)), was: classOf(day) };
  });
  const right = (of: typeof answers): number => rounded(mean(of.map(({ said, was }) => Number(said === was))), 4);
  const recalls = CLASSES.map((name, kind) => [`recall_${name}`, right(answers.filter(({ was }) => was === kind))]);
  const most = Math.max(...CLASSES.map((_, kind) => known.filter((day) => classOf(day) === kind).length));
  const usual = CLASSES.findIndex((_, kind) => known.filter((day) => classOf(day) === kind).length === most);
  return {
    name: 'weather_type',
    version: 1,
    description: 'The kind of weather of a day in Seattle: a decision forest',
    inputs: [
      ...['precipitation', 'temp_max', 'temp_min', 'wind'].map((name) => ({ type: 'double', name, required: true })),
      { type: 'datetime', name: 'date', required: false },
    ],
    outputs: [
      { type: 'string', name: 'weather', required: true },
      { type: 'double', name: 'probability', required: true },
    ],
    params: [{ name: 'threshold', default: 0, shape: null, type: 'double' }],
    example: {
      columns: ['precipitation', 'temp_max', 'temp_min', 'wind', 'date'],
      data: [
        [10.9, 10.6, 2.8, 4.5, '2012-01-02'],
        [0, 27.8, 15, 2.6, '2012-07-14'],
      ],
    },
    file: {
      format: 'lakescope_local',
      format_version: 1,
      kind: 'decision_forest',
      features,
      label: 'weather',
      classes: CLASSES,
      undecided: 'undecided',
      trees: forest.trees,
      distributions: forest.distributions,
    },
    settings: {
      model: 'random forest, Gini impurity',
      trees: FOREST.trees,
      depth: FOREST.depth,
      least_in_leaf: FOREST.leastInLeaf,
      features_tried: FOREST.tried,
      seed: SEED,
      rows_trained: known.length,
      rows_measured: unseen.length,
    },
    metrics: {
      accuracy: right(answers),
      accuracy_of_the_most_frequent: rounded(mean(unseen.map((day) => Number(classOf(day) === usual))), 4),
      log_loss: rounded(mean(answers.map(({ shares, was }) => -Math.log(Math.max(1e-4, shares[was] ?? 0)))), 4),
      ...Object.fromEntries(recalls),
    },
    card: CARD,
  };
}
