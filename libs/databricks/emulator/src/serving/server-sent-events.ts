/** A message of a stream of server-sent events. */
export function sseData(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** How streams of language models end. */
export const SSE_DONE = 'data: [DONE]\n\n';
