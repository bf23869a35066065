import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSignature } from '../read-signature';
import { SchemaEnforcementError } from '../schema-enforcement-error';
import { readRequest, type EnforcedRequest } from './read-request';

interface Case {
  readonly signature: number;
  readonly content_type?: string;
  readonly body: string;
  readonly message?: string;
  readonly columns?: readonly unknown[];
  readonly rows?: readonly unknown[];
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What MLflow answers, asked by `tools/models/mlflow_answers.py`. */
const mlflow = JSON.parse(readFileSync(join(__dirname, 'mlflow-answers.json'), 'utf8')) as {
  readonly signatures: readonly Readonly<Record<string, unknown>>[];
  readonly cases: readonly Case[];
};

const ask = (signature: Readonly<Record<string, unknown>>, body: unknown, contentType = 'application/json') => {
  const parts = Object.entries(signature).map(([name, part]) => [name, JSON.stringify(part)]);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readRequest({ contentType, body: text }, readSignature(Object.fromEntries(parts)));
};

const refusal = (...asked: Parameters<typeof ask>): string => {
  try {
    ask(...asked);
  } catch (error) {
    if (error instanceof SchemaEnforcementError) return error.message;
    throw error;
  }
  return 'no refusal';
};

/** Python's sets have no order, and from MLflow 2 on the advice after a refusal is another one each time. */
const comparable = (message: string): string =>
  message
    .replace(/ IMPORTANT: The MLflow Model scoring protocol.*$/, '')
    .replaceAll(
      /(extra inputs: |input fields |Got )([[{])(.*?)[\]}](?=\.)/g,
      (_whole, before: string, open: string, items: string) => [before, open, ...items.split(', ').sort()].join(' '),
    );

const written = ({ frame, params }: EnforcedRequest): object => ({
  columns: frame.names,
  rows: Array.from({ length: frame.length }, (_, row) => frame.columns.map((column) => asJson(column[row]))),
  params: Object.fromEntries([...params].map(([name, value]) => [name, asJson(value)])),
});

const asJson = (cell: unknown): unknown => {
  if (cell instanceof Date) return cell.toISOString().slice(0, 23);
  if (Buffer.isBuffer(cell)) return cell.toString('latin1');
  if (Array.isArray(cell)) return cell.map(asJson);
  return Number.isNaN(cell) || cell === Infinity ? null : typeof cell === 'bigint' ? Number(cell) : cell;
};

describe('a request to a custom model', () => {
  it.each(mlflow.cases.map((one) => [one.content_type ?? '', one.body, one] as const))(
    'is taken and refused as MLflow does: %s %s',
    (contentType, body, { signature, message, columns, rows, params = {} }) => {
      const asked = [mlflow.signatures[signature] ?? {}, body, contentType || undefined] as const;

      if (message === undefined) expect(written(ask(...asked))).toEqual({ columns, rows, params });
      else expect(comparable(refusal(...asked))).toBe(comparable(message));
    },
  );

  const TYPES = {
    inputs: [
      { type: 'double', name: 'd' },
      { type: 'integer', name: 'i', required: false },
      { type: 'long', name: 'l', required: false },
    ],
  };

  describe('loses nothing where MLflow casts without a word', () => {
    it.each([
      ['a fraction', { dataframe_records: [{ d: 1, i: 1.5 }] }, 'column i. Can not safely convert float64 to int32.'],
      [
        'a fraction of a tensor',
        { inputs: { d: [1], l: [1.5] } },
        'column l. Can not safely convert float64 to int64.',
      ],
      [
        'a long in an integer',
        { instances: [{ d: 1, i: 2 ** 40 }] },
        'column i. Can not safely convert int64 to int32.',
      ],
      ['2^63', '{"dataframe_records":[{"d":1,"l":9223372036854775808}]}', 'Python int too large to convert to C long'],
    ])('%s is refused', (_what, body, message) => {
      expect(refusal(TYPES, body)).toContain(message);
    });

    it('a float without a fraction is an integer', () => {
      expect(written(ask(TYPES, '{"dataframe_records":[{"d":1,"i":3.0}]}'))).toMatchObject({ rows: [[1, 3]] });
    });

    it('and every digit of an int64 is kept', () => {
      const { frame } = ask(TYPES, '{"dataframe_split":{"columns":["d","l"],"data":[[1,9223372036854775807]]}}');

      expect(frame.columns[1]).toEqual([9223372036854775807n]);
    });
  });

  it('takes whole numbers in arrays of floats: JSON does not tell 1 from 1.0', () => {
    const signature = { inputs: [{ type: 'array', items: { type: 'double' }, name: 'a' }] };

    expect(written(ask(signature, { dataframe_records: [{ a: [1, 2] }] }))).toMatchObject({ rows: [[[1, 2]]] });
  });

  it('is refused when it is neither JSON nor CSV, or no UTF-8', () => {
    expect(refusal(TYPES, 'd=1', 'application/x-www-form-urlencoded')).toContain(
      'only supports the following content types',
    );
    const latin = { contentType: 'application/json; charset=utf-8', body: Uint8Array.of(0x7b, 0xe4, 0x7d) };
    expect(() => readRequest(latin, { params: [] })).toThrow('valid UTF-8');
  });

  it('may be as deep as a stack is not', () => {
    expect(refusal(TYPES, `{"dataframe_records":${'['.repeat(1e6)}`)).toContain('JSONDecodeError');
    expect(refusal(TYPES, `{"inputs":${'['.repeat(1e5)}${']'.repeat(1e5)}}`)).toContain('maximum recursion depth');
    expect(refusal(TYPES, `{"dataframe_records":${'['.repeat(9000)}NaN${']'.repeat(9000)}}`)).toContain(
      'Too many levels',
    );
  });

  it('takes names that JavaScript gives a meaning for names', () => {
    const signature = {
      inputs: [
        { type: 'double', name: '__proto__' },
        { type: 'double', name: 'constructor' },
      ],
    };

    expect(refusal(signature, { dataframe_records: [{ d: 1 }] })).toContain(
      "missing inputs ['__proto__', 'constructor']",
    );
    expect(written(ask(signature, '{"dataframe_records":[{"__proto__":1,"constructor":2}]}'))).toMatchObject({
      rows: [[1, 2]],
    });
  });
});
