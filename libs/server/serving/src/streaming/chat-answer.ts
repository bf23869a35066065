import type { CountedTokens } from '../inference-log';
import { tokensOf } from '../invocations/model-answer';

/** So much of an answer is kept for the history; longer ones are cut there. */
const LONGEST_TEXT = 128 * 1024;

/** An answer that is put together again from its pieces, for the history. */
export class ChatAnswer {
  private text = '';
  private finishReason: string | undefined;
  usage: CountedTokens | undefined;
  hasBegun = false;

  /** Whether the model has said that this is all. */
  get isFinished(): boolean {
    return this.finishReason !== undefined;
  }

  /** A chunk of a chat (`delta.content`) or of a completion (`text`). */
  add(chunk: unknown): void {
    if (typeof chunk !== 'object' || chunk === null) return;
    this.hasBegun = true;
    const { choices, usage } = chunk as { choices?: unknown; usage?: unknown };
    this.usage = tokensOf(usage) ?? this.usage;
    // Of several answers at once, whose pieces come mixed, the first is kept.
    const first: unknown = Array.isArray(choices) ? choices.find(isOfFirst) : undefined;
    if (typeof first !== 'object' || first === null) return;
    const {
      delta,
      text,
      finish_reason: reason,
    } = first as { delta?: { content?: unknown }; text?: unknown; finish_reason?: unknown };
    const piece = typeof text === 'string' ? text : delta?.content;
    if (typeof piece === 'string' && this.text.length < LONGEST_TEXT) this.text += piece;
    if (typeof reason === 'string') this.finishReason = reason;
  }

  /** In the shape of an answer in one piece; undefined when nothing came. */
  json(): Buffer | undefined {
    if (!this.hasBegun) return undefined;
    const message = { role: 'assistant', content: this.text.slice(0, LONGEST_TEXT) };
    return Buffer.from(JSON.stringify({ choices: [{ index: 0, message, finish_reason: this.finishReason ?? null }] }));
  }
}

function isOfFirst(choice: unknown): boolean {
  if (typeof choice !== 'object' || choice === null) return false;
  const { index = 0 } = choice as { index?: unknown };
  return index === 0;
}
