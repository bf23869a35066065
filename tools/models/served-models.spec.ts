import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { loadServedModel, type ServedModel } from '@lakescope/databricks-emulator';
import { modelInSql, type ModelText } from './model-in-sql';
import { openDataFile, queryRows, type Row } from './training-data';

const FOLDER = join(__dirname, '../../apps/local/src/embedded/demo-lake/models');
const FLIGHTS = `SELECT strftime(date, '%Y-%m-%dT%H:%M:%S') AS departure_text, date AS departure, origin, destination,
    distance::INTEGER AS distance_miles
  FROM read_parquet('${openDataFile('flights-3m.parquet')}', file_row_number = true) WHERE file_row_number % 14000 = 7 LIMIT 100`;
/** Each third day comes without its date. */
const DAYS = `SELECT precipitation, temp_max, temp_min, wind,
    CASE WHEN day(date) % 3 <> 0 THEN date END AS date, strftime(date, '%Y-%m-%d') AS date_text
  FROM read_csv('${openDataFile('seattle-weather.csv')}') WHERE dayofyear(date) % 14 = 0 ORDER BY date LIMIT 100`;

const modelText = (name: string): ModelText =>
  JSON.parse(readFileSync(join(FOLDER, name, 'model.json'), 'utf8')) as ModelText;

const predictions = (
  model: ServedModel,
  rows: readonly Row[],
  columns: readonly string[],
  params = {},
): readonly unknown[] => {
  const data = rows.map((row) =>
    columns.map((name) => (row[name] === null ? null : (row[`${name}_text`] ?? row[name]))),
  );
  const body = JSON.stringify({ dataframe_split: { columns, data }, params });
  return model.predict({ contentType: 'application/json', body });
};

describe('the models of the demo lake', () => {
  it.each(['flight_delay/1', 'flight_delay/2'])('%s answers 100 flights as SQL does', async (name) => {
    const rows = await queryRows(modelInSql(modelText(name), FLIGHTS));
    const answers = predictions(await loadServedModel(join(FOLDER, name)), rows, [
      ...['departure', 'origin', 'destination', 'distance_miles'],
    ]);

    expect(rows).toHaveLength(100);
    expect(new Set(answers).size).toBeGreaterThan(50);
    rows.forEach((row, index) => expect(answers[index]).toBeCloseTo(Number(row['expected']), 9));
  });

  const WEATHER = ['precipitation', 'temp_max', 'temp_min', 'wind', 'date'];

  it('weather_type/1 answers 100 days as SQL does, without their dates, too', async () => {
    const answered = modelInSql(modelText('weather_type/1'), DAYS);
    const rows = await queryRows(
      `SELECT *, expected.weather AS weather, expected.probability AS probability FROM (${answered})`,
    );
    const answers = predictions(await loadServedModel(join(FOLDER, 'weather_type/1')), rows, WEATHER);

    expect(rows).toHaveLength(100);
    rows.forEach(({ weather, probability }, index) => {
      expect(answers[index]).toEqual({ weather, probability: expect.closeTo(Number(probability), 9) as number });
    });
    expect(new Set(rows.map(({ weather }) => weather)).size).toBeGreaterThan(1);
  });

  it('weather_type/1 says so where nothing is as probable as is asked for', async () => {
    const model = await loadServedModel(join(FOLDER, 'weather_type/1'));
    const rows = await queryRows(DAYS);
    const [usual, strict] = [{}, { threshold: 0.8 }].map((params) => predictions(model, rows, WEATHER, params));

    usual?.forEach((one, index) => {
      const { weather, probability } = one as { weather: string; probability: number };
      expect(strict?.[index]).toEqual({ weather: probability >= 0.8 ? weather : 'undecided', probability });
    });
    expect(strict).toContainEqual(expect.objectContaining({ weather: 'undecided' }));
    expect(strict).not.toEqual(strict?.map(() => expect.objectContaining({ weather: 'undecided' }) as object));
  });

  it.each(['flight_delay/1', 'flight_delay/2', 'weather_type/1'])(
    '%s answers its own example, which fits its OpenAPI',
    async (name) => {
      const body = readFileSync(join(FOLDER, name, 'serving_input_example.json'), 'utf8');
      const model = await loadServedModel(join(FOLDER, name));
      const { post } = model.openapi() as {
        post: { requestBody: { content: { 'application/json': { schema: object } } } };
      };
      const { schema } = post.requestBody.content['application/json'];
      const ajv = new Ajv2020({ strict: false, logger: false });

      expect(model.predict({ contentType: 'application/json', body })).toHaveLength(2);
      expect(ajv.validate(schema, JSON.parse(body))).toBe(true);
      expect(ajv.validate(schema, { dataframe_records: [{}] })).toBe(false);
    },
  );
});
