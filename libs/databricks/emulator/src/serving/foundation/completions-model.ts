import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sseData, SSE_DONE } from '../server-sent-events';
import type { GenerationTimes, LoadedModel } from '../served-model';
import { usageOf } from './chat-model';
import { answerTo, limited } from './generated-text';
import { completionsRequest, type CompletionsRequest } from './generation-request';

const MODEL = 'lakescope-local-completions';

/** Continues the same prompt with the same words. */
export function completionsModel({ tokenMilliseconds }: GenerationTimes): LoadedModel {
  return {
    answer: async ({ body, signal }) => {
      const request = completionsRequest(body);
      const said = saidTo(request);
      const usage = usageOf(
        request.prompts,
        said.map(({ tokens }) => tokens.length),
      );
      const facts = {
        id: `cmpl_${randomUUID()}`,
        object: 'text_completion',
        created: Math.floor(Date.now() / 1000),
        model: MODEL,
      };
      if (!request.stream) {
        const choices = said.map(({ tokens, reason }, index) => ({
          ...{ index, text: tokens.join(''), logprobs: null, finish_reason: reason },
        }));
        return { body: { ...facts, choices, usage }, usage };
      }
      const chunk = (index: number, text: string, reason: string | null, counted?: object): string =>
        sseData({ ...facts, choices: [{ index, text, logprobs: null, finish_reason: reason }], ...counted });
      async function* events(): AsyncGenerator<string> {
        for (const [index, { tokens, reason }] of said.entries()) {
          for (const [position, token] of tokens.entries()) {
            if (position > 0) await sleep(tokenMilliseconds, undefined, { signal });
            yield chunk(index, token, null);
          }
          yield chunk(index, '', reason, index === said.length - 1 ? { usage } : undefined);
        }
        yield SSE_DONE;
      }
      return { events: events(), usage: () => usage };
    },
  };
}

/** The answers to the first prompt, then those to the next, as OpenAI counts them. */
function saidTo({ prompts, choices, ...limits }: CompletionsRequest): readonly ReturnType<typeof limited>[] {
  return prompts.flatMap((prompt) =>
    Array.from({ length: choices }, (_item, choice) =>
      limited(answerTo(prompt, `You sent ${prompts.length} prompt${prompts.length === 1 ? '' : 's'};`, choice), limits),
    ),
  );
}
