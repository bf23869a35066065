import type { Fault } from './faults';
import { invalidParameter } from './refusals';

const NUMBERS = ['status', 'delayMs', 'times', 'hideCreatedFor', 'afterEvents'] as const;
const TEXTS = ['method', 'path', 'pathPrefix', 'principal'] as const;

/** A fault as `/.local/faults` takes it; anything that is none is refused. */
export function parseFault(body: unknown): Fault {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidParameter('A fault is a JSON object');
  }
  const given = new Map<string, unknown>(Object.entries(body));
  const fault: Fault = {};
  for (const name of NUMBERS) {
    const value = given.get(name);
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
      throw invalidParameter(`${name} must be a non-negative integer`);
    }
    fault[name] = value;
  }
  if (fault.status !== undefined && (fault.status < 200 || fault.status > 599)) {
    throw invalidParameter('status must be between 200 and 599');
  }
  for (const name of TEXTS) {
    const value = given.get(name);
    if (value === undefined) continue;
    if (typeof value !== 'string') throw invalidParameter(`${name} must be a string`);
    fault[name] = value;
  }
  const afterHandler = given.get('afterHandler');
  if (afterHandler !== undefined) {
    if (typeof afterHandler !== 'boolean') throw invalidParameter('afterHandler must be true or false');
    fault.afterHandler = afterHandler;
  }
  const cut = oneOf(given.get('cut'), 'cut', ['connection', 'body'] as const);
  if (cut !== undefined) fault.cut = cut;
  const token = oneOf(given.get('token'), 'token', ['expired', 'invalid'] as const);
  if (token !== undefined) fault.token = token;
  const stream = oneOf(given.get('stream'), 'stream', ['error', 'stall', 'cut'] as const);
  if (stream !== undefined) fault.stream = stream;
  const headers = given.get('headers');
  if (headers !== undefined) fault.headers = parseHeaders(headers);
  if (given.has('body')) fault.body = given.get('body');
  return fault;
}

function oneOf<Word extends string>(value: unknown, name: string, words: readonly Word[]): Word | undefined {
  if (value === undefined) return undefined;
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw invalidParameter(`${name} must be one of ${words.join(', ')}`);
  return word;
}

function parseHeaders(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) throw invalidParameter('headers must be an object');
  const parsed: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[a-z0-9-]+$/i.test(name) || typeof value !== 'string' || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw invalidParameter('headers must map names to single-line strings');
    }
    parsed[name] = value;
  }
  return parsed;
}
