import type { InputSchema, JsonSchema } from './json-schema';

const text: JsonSchema = { type: 'string', minLength: 1 };
const temperature: JsonSchema = { type: 'number', minimum: 0, maximum: 2, description: 'How much is left to chance.' };
const maxTokens: JsonSchema = { type: 'integer', minimum: 1, description: 'Most tokens of the answer.' };
const topP: JsonSchema = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  description: 'Only the likeliest tokens, up to this share.',
};
const stop: JsonSchema = { anyOf: [text, { type: 'array', items: text }], description: 'Where the answer ends.' };
const count: JsonSchema = { type: 'integer', minimum: 1, description: 'How many answers.' };

const content: JsonSchema = {
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'object' } }, { type: 'null' }],
  description: 'What is said.',
};

function messages(): JsonSchema {
  return {
    type: 'array',
    minItems: 1,
    items: {
      type: 'object',
      properties: {
        role: {
          type: 'string',
          enum: ['system', 'developer', 'user', 'assistant', 'tool'],
          description: 'Who says it.',
        },
        content,
      },
      required: ['role'],
      // An assistant may call tools in place of saying something.
      if: { properties: { role: { const: 'assistant' } }, required: ['role'] },
      else: { required: ['content'] },
    },
  };
}

const SAMPLING = { max_tokens: maxTokens, temperature, top_p: topP, stop, n: count };

const CHAT = taking(
  { messages: messages() },
  { ...SAMPLING, stream: { type: 'boolean', description: 'Set by the stream route.' } },
  { messages: [{ role: 'user', content: 'What is a lakehouse?' }], max_tokens: 128, temperature: 0.2 },
);

const COMPLETIONS = taking(
  { prompt: { anyOf: [text, { type: 'array', minItems: 1, items: text }], description: 'What to go on from.' } },
  SAMPLING,
  { prompt: 'A lakehouse is', max_tokens: 128, temperature: 0.2 },
);

const EMBEDDINGS = taking(
  { input: { anyOf: [text, { type: 'array', minItems: 1, items: text }], description: 'Texts to embed.' } },
  { dimensions: { type: 'integer', minimum: 1 }, encoding_format: { type: 'string', enum: ['float', 'base64'] } },
  { input: ['A lakehouse is open.'] },
);

/** Besides messages an agent takes back what it did before: items by these types, which say nothing of a role. */
function itemsOfAgent(): JsonSchema {
  const { items, ...list } = messages();
  const types = ['function_call', 'function_call_output', 'reasoning', 'item_reference'];
  return {
    ...list,
    items: {
      ...items,
      required: [],
      if: { properties: { type: { enum: types } }, required: ['type'] },
      else: { required: ['role', 'content'] },
    },
  };
}

const RESPONSES = taking(
  { input: { anyOf: [text, itemsOfAgent()], description: 'What to answer.' } },
  {
    max_output_tokens: maxTokens,
    temperature,
    top_p: topP,
    stream: { type: 'boolean', description: 'Set by the stream route.' },
    custom_inputs: { type: 'object', description: 'What this agent takes besides.' },
  },
  { input: [{ role: 'user', content: 'What is a lakehouse?' }] },
);

/**
 * What endpoints of a task take: the tasks of the platform's foundation and external models, and those of agents (`agent/v1/responses` and
 * `agent/v2/chat`). Undefined for a task nobody knows.
 */
export function schemaOfTask(task: string): InputSchema | undefined {
  if (task === 'llm/v1/chat' || task === 'agent/v2/chat' || task === 'agent/v1/chat') return CHAT;
  if (task === 'llm/v1/completions') return COMPLETIONS;
  if (task === 'llm/v1/embeddings') return EMBEDDINGS;
  return task === 'agent/v1/responses' ? RESPONSES : undefined;
}

const NAMES: readonly (readonly [pattern: RegExp, schema: InputSchema])[] = [
  [/embed|(?:^|[-_])(?:bge|gte|e5)(?:$|[-_])/i, EMBEDDINGS],
  [/complet/i, COMPLETIONS],
  [/chat|llm|gpt|claude|llama|mi[sx]tral|gemma|gemini|qwen|dbrx|instruct|assistant|agent/i, CHAT],
];

/** What an endpoint of such a name most likely takes, when nothing better is known. */
export function schemaByName(name: string): InputSchema | undefined {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/** What anything might take. */
export const ANY_MODEL: InputSchema = {
  schema: {
    type: 'object',
    minProperties: 1,
    properties: {
      dataframe_records: {
        type: 'array',
        items: { type: 'object' },
        description: 'Rows, each with its columns by name.',
      },
      dataframe_split: { type: 'object', description: 'Names of columns, and rows as lists.' },
      instances: { type: 'array', description: 'Tensors, row by row.' },
      inputs: { description: 'Tensors, by name or as one list.' },
      messages: messages(),
      prompt: { type: 'string' },
      params: { type: 'object' },
    },
  },
  required: [],
  optional: ['dataframe_records', 'dataframe_split', 'instances', 'inputs', 'messages', 'prompt', 'params'],
  example: { dataframe_records: [{ column: 1 }] },
};

function taking(
  required: Record<string, JsonSchema>,
  optional: Record<string, JsonSchema>,
  example: NonNullable<InputSchema['example']>,
): InputSchema {
  return {
    schema: { type: 'object', properties: { ...required, ...optional }, required: Object.keys(required) },
    required: Object.keys(required),
    optional: Object.keys(optional),
    example,
  };
}
