import type { JsonSchema } from './json-schema';
import { SchemaValidator } from './schema-validator';
import { schemaOfTask } from './task-schemas';

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

describe('a conversation', () => {
  const chat = new SchemaValidator(schemaOfTask('llm/v1/chat')?.schema ?? {});
  const calls = [{ id: 'call_1', type: 'function', function: { name: 'find_lake', arguments: '{}' } }];

  it.each([
    ['with the word of a developer', [{ role: 'developer', content: 'Be brief.' }]],
    ['with an assistant that calls tools and says nothing', [{ role: 'assistant', tool_calls: calls }]],
    ['with what a tool answered', [{ role: 'tool', tool_call_id: 'call_1', content: '{}' }]],
    ['with parts', [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]],
  ])('fits %s', (_, messages) => {
    expect(chat.problemsOf({ messages }, false)).toEqual([]);
  });

  it.each([
    ['nobody knows', [{ role: 'lake', content: 'x' }], '/messages/0/role', /must be one of "system", "developer"/],
    ['says nothing', [{ role: 'user' }], '/messages/0/content', /^is required$/],
  ])('is told of somebody who %s', (_, messages, pointer, message) => {
    for (const isLarge of [true, false]) {
      expect(chat.problemsOf({ messages }, isLarge)).toEqual([
        { pointer, message: expect.stringMatching(message) as string },
      ]);
    }
  });
});
