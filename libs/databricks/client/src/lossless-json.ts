interface ReviverContext {
  /** The literal as it stood in the text; given for primitive values by engines of Node 21 and later. */
  source?: string;
}

type ContextReviver = (this: unknown, key: string, value: unknown, context?: ReviverContext) => unknown;

const INTEGER = /^-?\d+$/;
const ID_KEY = /(?:^|_)ids?$/;

/**
 * Parses an answer of the platform without losing an int64: ids (`job_id`, `run_id`, `id`) always become strings, so that their type
 * does not depend on their size, and any other integer beyond 2^53 becomes a string too.
 */
export function parseLossless(text: string): unknown {
  const keepIntegers: ContextReviver = (key, value, context) => {
    if (typeof value !== 'number' || context?.source === undefined || !INTEGER.test(context.source)) return value;
    return ID_KEY.test(key) || !Number.isSafeInteger(value) ? context.source : value;
  };
  return JSON.parse(text, keepIntegers as (this: unknown, key: string, value: unknown) => unknown);
}
