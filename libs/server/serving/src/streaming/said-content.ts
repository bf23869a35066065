import { fieldsOf } from './fields';

type Part = Record<string, unknown>;

/** A list of more parts than that is none that a person could read. */
const MOST_PARTS = 1_000;

/**
 * The content of a message, put together again from its pieces: texts, or lists of parts as models with reasoning send them
 * (`{type: "text", text}`, `{type: "reasoning", summary: [{type: "summary_text", text}]}`). Parts of one kind that follow one another are
 * one part, of which the pieces are the text.
 */
export class SaidContent {
  private text = '';
  private parts: Part[] | undefined;

  /** A text as long as only texts came, else parts. */
  get value(): string | readonly Part[] {
    return this.parts ?? this.text;
  }

  /** Takes as many characters as there are left for it, and answers how many it took. */
  add(piece: unknown, left: number): number {
    if (typeof piece === 'string') return this.addText(piece.slice(0, left));
    if (!Array.isArray(piece)) return 0;
    let taken = 0;
    for (const part of piece as unknown[]) taken += this.addPart(fieldsOf(part), left - taken);
    return taken;
  }

  private addText(text: string): number {
    if (this.parts === undefined) this.text += text;
    else if (text !== '') this.extend({ type: 'text', text });
    return text.length;
  }

  private addPart(part: Readonly<Part>, left: number): number {
    this.parts ??= this.text === '' ? [] : [{ type: 'text', text: this.text }];
    const size = JSON.stringify(part).length;
    if (size > left) return 0;
    this.extend(part);
    return size;
  }

  private extend(part: Readonly<Part>): void {
    const parts = (this.parts ??= []);
    const last = parts.at(-1);
    if (last !== undefined && joined(last, part)) return;
    if (parts.length < MOST_PARTS) parts.push({ ...part });
  }
}

/** Whether a part goes on where another ended; its text is added to it then. */
function joined(last: Part, { type, text, summary, ...others }: Readonly<Part>): boolean {
  if (last['type'] !== type || Object.keys(others).length > 0) return false;
  if (typeof text === 'string' && typeof last['text'] === 'string') {
    last['text'] += text;
    return true;
  }
  const [next, ...more]: unknown[] = Array.isArray(summary) ? summary : [];
  const before: unknown = Array.isArray(last['summary']) ? (last['summary'] as unknown[]).at(-1) : undefined;
  const { type: kind, text: said } = fieldsOf(next);
  const { type: formerKind, text: former } = fieldsOf(before);
  if (more.length > 0 || kind !== formerKind || typeof said !== 'string' || typeof former !== 'string') return false;
  last['summary'] = [...(last['summary'] as unknown[]).slice(0, -1), { ...fieldsOf(before), text: former + said }];
  return true;
}
