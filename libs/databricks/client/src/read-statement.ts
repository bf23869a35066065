import type { StatementResponse, StatementResult, StatementState } from '@lakescope/databricks-wire';
import { PlatformError } from './platform-error';

const STATES: ReadonlySet<string> = new Set<StatementState>([
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'CANCELED',
  'CLOSED',
]);

/**
 * The answer of a statement, checked as far as a mistake would show as wrong rows. Read by `JSON.parse` alone: every cell is text or null
 * already, so no number can lose digits, and a reviver would be called for each of them.
 */
export function readStatement(text: string, operation: string): StatementResponse {
  const answer = objectOf(text, operation);
  const { statement_id: id, status, manifest, result } = answer;
  const isKnown = isObject(status) && typeof status['state'] === 'string' && STATES.has(status['state']);
  if (typeof id !== 'string' || id === '' || !isKnown) throw unusable('without the state of the statement', operation);
  if (status['state'] === 'SUCCEEDED' && (!isObject(manifest) || !isObject(manifest['schema']))) {
    throw unusable('without a description of the result', operation);
  }
  if (result !== undefined) checkResult(result, operation);
  return answer as unknown as StatementResponse;
}

/** The answer of a single chunk. */
export function readStatementResult(text: string, operation: string): StatementResult {
  const answer = objectOf(text, operation);
  checkResult(answer, operation);
  return answer as StatementResult;
}

function checkResult(result: unknown, operation: string): void {
  if (!isObject(result)) throw unusable('with a result that is none', operation);
  const { data_array: rows, external_links: links, attachment } = result;
  if (rows !== undefined && rows !== null && !(Array.isArray(rows) && rows.every(Array.isArray))) {
    throw unusable('with rows that are no lists', operation);
  }
  if (attachment !== undefined && attachment !== null && typeof attachment !== 'string') {
    throw unusable('with an attachment that is no text', operation);
  }
  const isLink = (link: unknown): boolean => isObject(link) && typeof link['external_link'] === 'string';
  if (links !== undefined && links !== null && !(Array.isArray(links) && links.every(isLink))) {
    throw unusable('with links that are none', operation);
  }
}

function objectOf(text: string, operation: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw unusable('with something that is not JSON', operation, cause);
  }
  throw unusable('with something that is no statement', operation);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(how: string, operation: string, cause?: unknown): PlatformError {
  return new PlatformError('upstream', `The platform answered ${how}`, { operation, cause });
}
