import type { JsonSchema } from './json-schema';
import { SchemaValidator } from './schema-validator';

const NAMES = Array.from({ length: 100 }, (_, index) => `c${index}`);

/** Rows of a hundred columns, each of which has to be given. */
const WIDE: JsonSchema = {
  type: 'object',
  properties: {
    rows: {
      type: 'array',
      items: {
        type: 'object',
        properties: Object.fromEntries(NAMES.map((name) => [name, { type: 'number' }])),
        required: NAMES,
      },
    },
  },
};
const MIXED: JsonSchema = {
  type: 'object',
  properties: {
    cells: {
      type: 'array',
      items: { anyOf: NAMES.slice(0, 10).map((_, index) => ({ type: 'integer', minimum: index })) },
    },
  },
};

const empty = (count: number): object => ({ rows: Array.from({ length: count }, () => ({})) });
const wrong = (count: number): object => ({ cells: Array.from({ length: count }, () => 'x') });

describe('mistakes of inputs', () => {
  const [wide, mixed] = [new SchemaValidator(WIDE), new SchemaValidator(MIXED)];

  it('are told, the first fifty of them', () => {
    const problems = wide.problemsOf(empty(20), false);

    expect(problems).toHaveLength(50);
    expect(problems[0]).toEqual({ pointer: '/rows/0/c0', message: 'is required' });
  });

  it.each([
    ['names that are missing', wide, empty(5_000), '/rows/0/c0'],
    ['forms that do not fit', mixed, wrong(30_000), '/cells/0'],
  ] as const)('are not collected where there could be more than memory holds: %s', (_, validator, value, first) => {
    const problems = validator.problemsOf(value, false);

    expect(new Set(problems.map(({ pointer }) => pointer))).toEqual(new Set([first]));
  });
});
