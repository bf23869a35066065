import type { ChatMessage } from '@lakescope/databricks-wire';
import { ServiceRefusal } from '../../http/refusals';
import type { Limits } from './generated-text';

/** Limits of the local models, as the platform's have theirs. */
const MOST_TOKENS = 16_384;
const MOST_CHOICES = 8;
const MOST_STOPS = 8;

export interface GenerationRequest extends Limits {
  readonly choices: number;
  readonly stream: boolean;
}

export interface ChatRequest extends GenerationRequest {
  readonly messages: readonly ChatMessage[];
}

export interface AgentRequest extends Limits {
  /** What the person said last. */
  readonly prompt: string;
  /** Items of the input. */
  readonly turns: number;
  readonly stream: boolean;
}

export interface CompletionsRequest extends GenerationRequest {
  readonly prompts: readonly string[];
}

const ROLES: readonly ChatMessage['role'][] = ['system', 'developer', 'user', 'assistant', 'tool'];

/** The fields of a request to a language model; refuses everything that is no JSON object. */
export function fieldsOfCall(body: Buffer): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw badRequest(`Failed to parse the request as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // A field that is null is one that is not there.
    return new Map(Object.entries(value).filter(([, field]) => field !== null));
  }
  throw badRequest('The request must be a JSON object');
}

export function chatRequest(body: Buffer): ChatRequest {
  const fields = fieldsOfCall(body);
  refuseOtherForms(fields, 'messages');
  const messages = fields.get('messages');
  if (messages === undefined) throw badRequest("Missing required field 'messages'");
  if (!Array.isArray(messages) || messages.length === 0)
    throw badRequest("'messages' must be a list that is not empty");
  return { messages: messages.map((one, index) => messageFrom(one, index, 'messages')), ...generationFrom(fields) };
}

/** The body of a `ResponsesAgent`: a text, or a list of messages and of other items of earlier answers. */
export function agentRequest(body: Buffer): AgentRequest {
  const fields = fieldsOfCall(body);
  refuseOtherForms(fields, 'input');
  const input = fields.get('input');
  if (input === undefined) throw badRequest("Missing required field 'input'");
  const items: readonly unknown[] = typeof input === 'string' ? [{ role: 'user', content: input }] : asList(input);
  const messages = items.flatMap((item, index) => (isItemOfAgent(item) ? [] : [messageFrom(item, index, 'input')]));
  const last = messages.findLast(({ role }) => role === 'user') ?? messages.at(-1);
  const { stop, stream } = generationFrom(fields);
  const most = integerFrom(fields.get('max_output_tokens'), 'max_output_tokens', MOST_TOKENS);
  return { prompt: last?.content ?? '', turns: items.length, maxTokens: most, stop, stream };
}

function asList(input: unknown): readonly unknown[] {
  if (Array.isArray(input) && input.length > 0) return input;
  throw badRequest("'input' must be a string or a list that is not empty");
}

/** What agents did before: their calls of tools and what came of these. */
function isItemOfAgent(item: unknown): boolean {
  return typeof item === 'object' && item !== null && 'type' in item && item.type !== 'message';
}

export function completionsRequest(body: Buffer): CompletionsRequest {
  const fields = fieldsOfCall(body);
  refuseOtherForms(fields, 'prompt');
  return { prompts: textsFrom(fields.get('prompt'), 'prompt'), ...generationFrom(fields) };
}

/** Forms that other kinds of models take. */
const FORMS: readonly string[] = [
  ...['messages', 'prompt', 'input'],
  ...['dataframe_split', 'dataframe_records', 'instances', 'inputs'],
];

export function refuseOtherForms(fields: ReadonlyMap<string, unknown>, wanted: string): void {
  const other = FORMS.find((form) => form !== wanted && fields.has(form));
  if (other !== undefined && !fields.has(wanted)) {
    throw badRequest(`This endpoint takes '${wanted}', not '${other}'`);
  }
}

/** A text, or a list of some. */
export function textsFrom(value: unknown, name: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined) throw badRequest(`Missing required field '${name}'`);
  if (list.length > 0 && list.every((text) => typeof text === 'string')) return list;
  throw badRequest(`'${name}' must be a string or a list of strings that is not empty`);
}

function messageFrom(value: unknown, index: number, list: string): ChatMessage {
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : []);
  const role = ROLES.find((known) => known === fields.get('role'));
  if (role === undefined) throw badRequest(`'${list}[${index}].role' must be one of ${ROLES.join(', ')}`);
  // An assistant that only called tools has said nothing.
  if (role === 'assistant' && fields.get('tool_calls') !== undefined && (fields.get('content') ?? null) === null)
    return { role, content: '' };
  return { role, content: contentFrom(fields.get('content'), index, list) };
}

/** A text, or parts of which those that are text count. */
function contentFrom(content: unknown, index: number, list: string): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) {
    const texts = content.map((part: unknown) =>
      typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string' ? part.text : '',
    );
    return texts.join('');
  }
  throw badRequest(`'${list}[${index}].content' must be a string or a list of parts`);
}

function generationFrom(fields: ReadonlyMap<string, unknown>): GenerationRequest {
  const temperature = fields.get('temperature') ?? 1;
  if (typeof temperature !== 'number' || temperature < 0 || temperature > 2) {
    throw badRequest("'temperature' must be a number between 0 and 2");
  }
  const stream = fields.get('stream') ?? false;
  if (typeof stream !== 'boolean') throw badRequest("'stream' must be true or false");
  const stop = fields.get('stop') ?? [];
  const stops: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  if (stops.length > MOST_STOPS || !stops.every((word) => typeof word === 'string' && word !== '')) {
    throw badRequest(`'stop' must be a string or a list of at most ${MOST_STOPS} strings`);
  }
  return {
    maxTokens: integerFrom(fields.get('max_tokens') ?? fields.get('max_completion_tokens'), 'max_tokens', MOST_TOKENS),
    choices: integerFrom(fields.get('n') ?? 1, 'n', MOST_CHOICES),
    stop: stops.filter((word) => typeof word === 'string'),
    stream,
  };
}

function integerFrom(value: unknown, name: string, most: number): number {
  if (value === undefined) return most;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw badRequest(`'${name}' must be a positive integer`);
  }
  if (value > most) throw badRequest(`${name} (${value}) cannot exceed ${most}.`);
  return value;
}

export function badRequest(message: string): ServiceRefusal {
  return new ServiceRefusal(400, 'BAD_REQUEST', message);
}
