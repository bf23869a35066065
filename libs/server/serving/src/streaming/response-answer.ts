import type { CountedTokens } from '../inference-log';
import { tokensOf } from '../invocations/model-answer';
import { LONGEST_ANSWER } from './chat-answer';
import { fieldsOf, type Fields } from './fields';

/** An agent that does more things in one answer than anybody could read. */
const MOST_ITEMS = 1_000;

/**
 * The answer of an agent (task `agent/v1/responses`), put together again from its events, for the history: what it did and said item by item,
 * each of them whole in `response.output_item.done`, and the text of one that never ended.
 */
export class ResponseAnswer {
  private readonly items: Fields[] = [];
  private text = '';
  private left = LONGEST_ANSWER;
  private lastType = '';
  usage: CountedTokens | undefined;

  /** Whether an event is one of the Responses API: those have a type, and pieces of a chat have none. */
  static isEvent({ type }: Fields): boolean {
    return typeof type === 'string' && type.startsWith('response.');
  }

  /** Not every agent says that this was all; between two items it may have been. */
  get isFinished(): boolean {
    return ['response.completed', 'response.output_item.done'].includes(this.lastType);
  }

  add({ type, delta, item, response }: Fields): void {
    this.lastType = String(type);
    this.usage = tokensOf(fieldsOf(response)['usage']) ?? this.usage;
    if (type === 'response.output_text.delta' && typeof delta === 'string') this.text += this.room(delta);
    if (type !== 'response.output_item.done') return;
    const done = fieldsOf(item);
    // Its text came before, piece by piece, and is not counted twice.
    if (done['type'] === 'message') {
      this.left += this.text.length;
      this.text = '';
    }
    const size = JSON.stringify(done).length;
    if (size > this.left || this.items.length >= MOST_ITEMS) return;
    this.left -= size;
    this.items.push(done);
  }

  /** In the shape of an answer in one piece. */
  json(): Buffer {
    const begun =
      this.text === ''
        ? []
        : [
            {
              ...{ type: 'message', role: 'assistant', status: 'incomplete' },
              content: [{ type: 'output_text', text: this.text }],
            },
          ];
    return Buffer.from(JSON.stringify({ object: 'response', output: [...this.items, ...begun] }));
  }

  private room(text: string): string {
    const kept = text.slice(0, this.left);
    this.left -= kept.length;
    return kept;
  }
}
