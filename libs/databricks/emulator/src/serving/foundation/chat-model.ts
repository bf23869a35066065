import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatCompletion, ChatCompletionChunk, TokenUsage } from '@lakescope/databricks-wire';
import { sseData, SSE_DONE } from '../server-sent-events';
import type { GenerationTimes, LoadedModel } from '../served-model';
import { answerTo, limited, tokensOf } from './generated-text';
import { chatRequest, type ChatRequest } from './generation-request';

/** Name by which the answers call the model. */
const MODEL = 'lakescope-local-chat';

/** A chat model that says the same words to the same messages, and says that it does. */
export function chatModel({ tokenMilliseconds }: GenerationTimes): LoadedModel {
  return {
    answer: async ({ body, signal }) => {
      const request = chatRequest(body);
      const said = saidTo(request);
      const usage = usageOf(
        request.messages.map(({ content }) => content),
        said.map(({ tokens }) => tokens.length),
      );
      const facts = { id: `chatcmpl_${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: MODEL };
      if (request.stream) {
        return { events: chunks(facts, said, { usage, signal, tokenMilliseconds }), usage: () => usage };
      }
      const answer: ChatCompletion = {
        ...facts,
        object: 'chat.completion',
        choices: said.map(({ tokens, reason }, index) => ({
          index,
          message: { role: 'assistant', content: tokens.join('') },
          finish_reason: reason,
        })),
        usage,
      };
      return { body: answer, usage };
    },
  };
}

type Said = ReturnType<typeof limited>;

function saidTo({ messages, choices, ...limits }: ChatRequest): readonly Said[] {
  const prompt = messages.findLast(({ role }) => role === 'user')?.content ?? messages.at(-1)?.content ?? '';
  const about = `You sent ${messages.length} message${messages.length === 1 ? '' : 's'};`;
  return Array.from({ length: choices }, (_item, choice) => limited(answerTo(prompt, about, choice), limits));
}

async function* chunks(
  facts: Pick<ChatCompletionChunk, 'id' | 'created' | 'model'>,
  said: readonly Said[],
  { usage, signal, tokenMilliseconds }: { usage: TokenUsage; signal: AbortSignal; tokenMilliseconds: number },
): AsyncGenerator<string> {
  const chunk = (choice: ChatCompletionChunk['choices'][number], counted?: TokenUsage): string =>
    sseData({
      ...facts,
      object: 'chat.completion.chunk',
      choices: [choice],
      ...(counted === undefined ? {} : { usage: counted }),
    } satisfies ChatCompletionChunk);
  const longest = Math.max(...said.map(({ tokens }) => tokens.length));
  for (let position = 0; position < longest; position += 1) {
    if (position > 0) await sleep(tokenMilliseconds, undefined, { signal });
    for (const [index, { tokens }] of said.entries()) {
      const content = tokens[position];
      if (content === undefined) continue;
      const delta = position === 0 ? { role: 'assistant', content } : { content };
      yield chunk({ index, delta, finish_reason: null });
    }
  }
  for (const [index, { reason }] of said.entries()) {
    const last = index === said.length - 1;
    yield chunk({ index, delta: {}, finish_reason: reason }, last ? usage : undefined);
  }
  yield SSE_DONE;
}

export function usageOf(prompts: readonly string[], completions: readonly number[]): TokenUsage {
  const prompt = prompts.reduce((sum, text) => sum + tokensOf(text).length, 0);
  const completion = completions.reduce((sum, count) => sum + count, 0);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}
