import type { CountedTokens } from '../inference-log';
import { ChatAnswer } from './chat-answer';
import type { Fields } from './fields';
import { ResponseAnswer } from './response-answer';

/** An answer that came in pieces, put together again for the history: that of a chat, of a completion or of an agent. */
export class StreamedAnswer {
  private answer: ChatAnswer | ResponseAnswer | undefined;

  /** Whether the model has said that this is all. */
  get isFinished(): boolean {
    return this.answer?.isFinished ?? false;
  }

  get usage(): CountedTokens | undefined {
    return this.answer?.usage;
  }

  /** The first piece says which of them it is. */
  add(piece: Fields): void {
    this.answer ??= ResponseAnswer.isEvent(piece) ? new ResponseAnswer() : new ChatAnswer();
    this.answer.add(piece);
  }

  /** In the shape of an answer in one piece; undefined when nothing came. */
  json(): Buffer | undefined {
    return this.answer?.json();
  }
}
