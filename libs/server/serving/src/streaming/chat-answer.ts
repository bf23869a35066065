import type { CountedTokens } from '../inference-log';
import { tokensOf } from '../invocations/model-answer';
import { fieldsOf, type Fields } from './fields';
import { SaidContent } from './said-content';

/** So much of an answer is kept for the history, in characters; longer ones are cut there. */
export const LONGEST_ANSWER = 128 * 1024;
/** Nobody's model calls more tools in one answer. */
const MOST_CALLS = 128;

interface ToolCall {
  id: string;
  type: string;
  function: { name: string; arguments: string };
}

/** The answer of a chat (`delta`) or of a completion (`text`), put together again from its pieces, for the history. */
export class ChatAnswer {
  private readonly content = new SaidContent();
  private readonly calls = new Map<number, ToolCall>();
  private left = LONGEST_ANSWER;
  private refusal = '';
  private finishReason: string | undefined;
  usage: CountedTokens | undefined;
  hasBegun = false;

  /** Whether the model has said that this is all. */
  get isFinished(): boolean {
    return this.finishReason !== undefined;
  }

  add(chunk: Fields): void {
    this.hasBegun = true;
    const { choices, usage } = chunk;
    this.usage = tokensOf(usage) ?? this.usage;
    // Of several answers at once, whose pieces come mixed, the first is kept.
    const first: unknown = Array.isArray(choices) ? choices.find(isOfFirst) : undefined;
    const { delta, text, finish_reason: reason } = fieldsOf(first);
    this.addDelta(typeof text === 'string' ? { content: text } : fieldsOf(delta));
    if (typeof reason === 'string') this.finishReason = reason;
  }

  /** In the shape of an answer in one piece; undefined when nothing came. */
  json(): Buffer | undefined {
    if (!this.hasBegun) return undefined;
    const calls = [...this.calls.values()];
    const content = this.content.value;
    const message = {
      role: 'assistant',
      // Who only calls tools says nothing, which is not the same as an empty text.
      content: content === '' && calls.length > 0 ? null : content,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...(this.refusal === '' ? {} : { refusal: this.refusal }),
    };
    return Buffer.from(JSON.stringify({ choices: [{ index: 0, message, finish_reason: this.finishReason ?? null }] }));
  }

  private addDelta({ content, tool_calls: calls, refusal }: Fields): void {
    this.left -= this.content.add(content, this.left);
    if (typeof refusal === 'string') this.refusal += this.room(refusal);
    if (Array.isArray(calls)) for (const call of calls) this.addCall(fieldsOf(call));
  }

  /** Its name comes whole in the first piece, its arguments in many. */
  private addCall({ index = 0, id, type, function: called }: Fields): void {
    if (typeof index !== 'number' || (this.calls.size >= MOST_CALLS && !this.calls.has(index))) return;
    const call = this.calls.get(index) ?? { id: '', type: 'function', function: { name: '', arguments: '' } };
    this.calls.set(index, call);
    const { name, arguments: piece } = fieldsOf(called);
    if (typeof id === 'string' && id !== '') call.id = this.room(id);
    if (typeof type === 'string' && type !== '') call.type = this.room(type);
    if (typeof name === 'string' && name !== '') call.function.name = this.room(name);
    if (typeof piece === 'string') call.function.arguments += this.room(piece);
  }

  /** As much of a text as there is room for. */
  private room(text: string): string {
    const kept = text.slice(0, this.left);
    this.left -= kept.length;
    return kept;
  }
}

function isOfFirst(choice: unknown): boolean {
  if (typeof choice !== 'object' || choice === null) return false;
  const { index = 0 } = fieldsOf(choice);
  return index === 0;
}
