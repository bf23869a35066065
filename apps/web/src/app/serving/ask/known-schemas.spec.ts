import { type DetectedSchemaDto } from '@lakescope/web-api';
import { KnownSchemas } from './known-schemas';

const FOUND: DetectedSchemaDto = {
  endpoint_name: 'flight-delay',
  detected_type: 'MLFLOW_MODEL',
  status: 'SUCCESS',
  schema: { type: 'object' },
  example_json: {},
  required: [],
  optional: [],
  source: 'mlmodel',
  latency_ms: 12,
  error_message: null,
  detected_at: '2026-01-01T00:00:00Z',
};
const KEY = { user: 'ana@example.com', endpoint: 'flight-delay', updatedAt: '2026-01-01T00:00:00Z' };

describe('the schemas that were found in a tab', () => {
  const known = new KnownSchemas();

  afterEach(() => sessionStorage.clear());

  it('are there for who found them, as long as the endpoint is the same', () => {
    known.keep(FOUND, KEY);
    expect(known.of(KEY)).toEqual(FOUND);
    expect(known.of({ ...KEY, user: 'ben@example.com' })).toBeUndefined();
    expect(known.of({ ...KEY, updatedAt: '2026-01-02T00:00:00Z' })).toBeUndefined();
    known.forget(KEY);
    expect(known.of(KEY)).toBeUndefined();
  });

  it('are only those that were found out', () => {
    known.keep({ ...FOUND, status: 'FAILURE' }, KEY);
    expect(known.of(KEY)).toBeUndefined();
  });
});
