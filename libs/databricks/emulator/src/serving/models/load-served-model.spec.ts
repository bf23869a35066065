import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadServedModel } from './load-served-model';
import { ModelNotServable } from './model-not-servable';

const MLMODEL = `
flavors:
  lakescope_local:
    data: model.json
signature:
  inputs: '[{"type":"double","name":"miles"}]'
  outputs: '[{"type":"double"}]'
`;
const LINE = {
  format: 'lakescope_local',
  format_version: 1,
  kind: 'linear_regression',
  features: [{ column: 'miles', as: 'number', missing: 0 }],
  intercept: 1,
  coefficients: [2],
};

describe('loading a model to serve', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lakescope-model-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const given = (description: string, file?: string): void => {
    writeFileSync(join(folder, 'MLmodel'), description);
    if (file !== undefined) writeFileSync(join(folder, 'model.json'), file);
  };

  it('answers each row', async () => {
    given(MLMODEL, JSON.stringify(LINE));
    const model = await loadServedModel(folder);
    const body = JSON.stringify({ dataframe_records: [{ miles: 2.5 }, { miles: 4 }] });

    expect(model.predict({ contentType: 'application/json', body })).toEqual([6, 9]);
  });

  it.each([
    ['no MLmodel', undefined, undefined, /MLmodel cannot be read: ENOENT/],
    ['no YAML', 'a: [', undefined, /MLmodel is not YAML/],
    ['another flavor', 'flavors: {sklearn: {}}', undefined, /no flavor lakescope_local/],
    ['a model file elsewhere', MLMODEL.replace('model.json', '../model.json'), undefined, /names no model file/],
    ['no model file', MLMODEL, undefined, /model.json cannot be read/],
    ['a model file that is cut', MLMODEL, '{"format":', /not JSON/],
    ['a model of another kind', MLMODEL, JSON.stringify({ ...LINE, kind: 'oracle' }), /model.json/],
    ['too few coefficients', MLMODEL, JSON.stringify({ ...LINE, coefficients: [] }), /0 coefficients for 1 features/],
    [
      'a signature of unknown types',
      MLMODEL.replace('"double"', '"complex"'),
      JSON.stringify(LINE),
      /"complex" is not a type/,
    ],
  ])('says what is wrong with %s', async (_what, description, file, message) => {
    if (description !== undefined) given(description, file);

    const refusal: unknown = await loadServedModel(folder).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(ModelNotServable);
    expect(String(refusal)).toMatch(message);
  });
});
