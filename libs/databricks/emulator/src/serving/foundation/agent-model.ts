import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenUsage } from '@lakescope/databricks-wire';
import { sseData, SSE_DONE } from '../server-sent-events';
import type { GenerationTimes, LoadedModel } from '../served-model';
import { usageOf } from './chat-model';
import { answerTo, limited, tokensOf } from './generated-text';
import { agentRequest, type AgentRequest } from './generation-request';

const MODEL = 'lakescope-local-agent';

/** One thing an agent did or said, in the form of the Responses API. */
type Item = Readonly<Record<string, unknown>> & { readonly type: string };

/**
 * An agent that counts the words it is sent with a tool of its own and says the same words to the same input, and says that it does. In the
 * form of `agent/v1/responses`: what it did is the list `output`, a stream ends each item with `response.output_item.done`.
 */
export function agentModel({ tokenMilliseconds }: GenerationTimes): LoadedModel {
  return {
    answer: async ({ body, signal }) => {
      const request = agentRequest(body);
      const { items, tokens } = whatItDoes(request);
      const usage = usageOf([request.prompt], [tokens.length]);
      if (request.stream) return { events: events(items, tokens, { signal, tokenMilliseconds }), usage: () => usage };
      const facts = { id: idOf('resp', request.prompt), created_at: Math.floor(Date.now() / 1000), model: MODEL };
      return { body: { object: 'response', ...facts, output: items, usage: inResponses(usage) }, usage };
    },
  };
}

function whatItDoes({ prompt, turns, ...limits }: AgentRequest): { items: Item[]; tokens: string[] } {
  const words = tokensOf(prompt).length;
  const call = { call_id: idOf('call', prompt), name: 'count_words', arguments: JSON.stringify({ text: prompt }) };
  const about = `My tool counted ${words} word${words === 1 ? '' : 's'} in ${turns} item${turns === 1 ? '' : 's'} of input;`;
  const { tokens } = limited(answerTo(prompt, about, 0), limits);
  const message = {
    ...{ type: 'message', id: idOf('msg', prompt), role: 'assistant', status: 'completed' },
    content: [{ type: 'output_text', text: tokens.join(''), annotations: [] }],
  };
  const items: Item[] = [
    { type: 'function_call', id: idOf('fc', prompt), ...call, status: 'completed' },
    { type: 'function_call_output', call_id: call.call_id, output: JSON.stringify({ words }) },
    message,
  ];
  return { items, tokens };
}

async function* events(
  items: readonly Item[],
  tokens: readonly string[],
  { signal, tokenMilliseconds }: { signal: AbortSignal; tokenMilliseconds: number },
): AsyncGenerator<string> {
  for (const item of items) {
    if (item.type === 'message') {
      for (const delta of tokens) {
        yield sseData({ type: 'response.output_text.delta', item_id: item['id'], delta });
        await sleep(tokenMilliseconds, undefined, { signal });
      }
    }
    yield sseData({ type: 'response.output_item.done', item });
  }
  yield SSE_DONE;
}

/** The same for the same input. */
function idOf(kind: string, prompt: string): string {
  return `${kind}_${createHash('sha256').update(prompt).digest('hex').slice(0, 24)}`;
}

function inResponses({ prompt_tokens, completion_tokens, total_tokens }: TokenUsage): object {
  return { input_tokens: prompt_tokens, output_tokens: completion_tokens, total_tokens };
}
