/** A piece of text as the local models count them: a word with the space before it. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*\S+/g) ?? [];
}

/** The largest number the model counts to; a long answer for who wants to see one. */
const HIGHEST_COUNT = 10_000;

const SENTENCES: readonly string[] = [
  'The demo lake holds flights, weather and other open data as Delta tables with a history.',
  'The page Delta shows each version of a table, and what changed between two of them.',
  'An endpoint that scales to zero refuses its first call with 503 and is awake a moment later.',
  'The endpoint flight-delay is served by two versions of one model, so traffic is split between them.',
  'Planned faults at /.local make this stream break off, stall or fail in the middle.',
  'With LOCAL_LLM_URL the endpoint local-llm passes requests to a language model of your own.',
  'Embeddings of the local workspace are hashed words: near texts share words, not meanings.',
  'Whoever may only view an endpoint sees its configuration and is refused when asking it.',
];

const LABEL = 'I am the local demo model of Lakescope, not a language model: the same messages get the same answer.';

/** What the local model says to a prompt. `choice` counts the answers to one request, so that they differ. */
export function answerTo(prompt: string, about: string, choice: number): string {
  const count = /\bcount to (\d{1,6})\b/i.exec(prompt)?.[1];
  if (count !== undefined) return `${LABEL} ${countTo(Number(count))}`;
  const first = hash(`${choice}:${prompt}`) % SENTENCES.length;
  const facts = [0, 3, 6].map((step) => SENTENCES[(first + step) % SENTENCES.length] ?? '');
  const quoted = prompt.length > 200 ? `${prompt.slice(0, 200)}…` : prompt;
  return [LABEL, `${about} the last one is: “${quoted}”.`, ...facts].join(' ');
}

function countTo(count: number): string {
  return Array.from({ length: Math.min(count, HIGHEST_COUNT) }, (_item, index) => String(index + 1)).join(' ');
}

/** FNV-1a over UTF-16 units, 32 bits. */
export function hash(text: string, seed = 0x811c9dc5): number {
  let mixed = seed;
  for (let index = 0; index < text.length; index += 1) {
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  }
  return mixed >>> 0;
}

export interface Limits {
  readonly maxTokens: number;
  readonly stop: readonly string[];
}

/** The tokens that are said, and why no more of them are. */
export function limited(text: string, { maxTokens, stop }: Limits): { tokens: string[]; reason: 'stop' | 'length' } {
  const ends = stop.map((word) => text.indexOf(word)).filter((index) => index >= 0);
  const tokens = tokensOf(ends.length === 0 ? text : text.slice(0, Math.min(...ends)));
  return tokens.length <= maxTokens
    ? { tokens, reason: 'stop' }
    : { tokens: tokens.slice(0, maxTokens), reason: 'length' };
}
