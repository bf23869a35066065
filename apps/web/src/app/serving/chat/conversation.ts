import { computed, DestroyRef, inject, Service, signal } from '@angular/core';
import { SseParser } from '@lakescope/client';
import { type Problem, problemFrom, streamServingEndpoint, TextApi } from '@lakescope/web-api';
import { UsageEvents } from '../../tracking/usage-events';
import { chunkFrom, failureFrom } from './chat-chunk';

/** One thing that was said. */
export interface Utterance {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly end?: UtteranceEnd;
}

/** How an answer ended, and how fast it came. */
export interface UtteranceEnd {
  readonly how: 'whole' | 'stopped' | 'cut' | 'failed';
  /** Milliseconds to its first word. */
  readonly firstWordMs: number | undefined;
  readonly totalMs: number;
  /** As the model counted them; undefined when it does not tell. */
  readonly tokens: number | undefined;
  readonly tokensPerSecond: number | undefined;
}

const TICK_MS = 100;

/** A conversation with one endpoint, in this tab only: nothing of it is stored by the page. */
@Service({ autoProvided: false })
export class Conversation {
  private readonly api = inject(TextApi);
  private readonly usage = inject(UsageEvents);
  private readonly said = signal<readonly Utterance[]>([]);
  private readonly coming = signal<string | undefined>(undefined);
  private readonly failure = signal<Problem | undefined>(undefined);
  private readonly begun = signal(0);
  private readonly now = signal(0);
  private endpoint = '';
  private underWay: AbortController | undefined;

  readonly instructions = signal('');
  readonly utterances = this.said.asReadonly();
  /** What has come of the answer that is on its way. */
  readonly answer = this.coming.asReadonly();
  readonly problem = this.failure.asReadonly();
  readonly isUnderWay = computed(() => this.coming() !== undefined);
  readonly elapsedMs = computed(() => Math.max(0, this.now() - this.begun()));

  constructor() {
    const timer = setInterval(() => {
      if (this.isUnderWay()) this.now.set(performance.now());
    }, TICK_MS);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
      this.underWay?.abort();
    });
  }

  /** With another endpoint another conversation begins. */
  open(endpoint: string): void {
    if (this.endpoint === endpoint) return;
    this.endpoint = endpoint;
    this.clear();
  }

  clear(): void {
    this.underWay?.abort();
    this.coming.set(undefined);
    this.said.set([]);
    this.failure.set(undefined);
  }

  async say(text: string): Promise<void> {
    if (this.isUnderWay() || text.trim() === '') return;
    this.said.update((said) => [...said, { role: 'user', text }]);
    await this.listen();
  }

  /** Asks for the last answer once more, without the one that there is. */
  async retry(): Promise<void> {
    if (this.isUnderWay()) return;
    this.said.update((said) => (said.at(-1)?.role === 'assistant' ? said.slice(0, -1) : said));
    if (this.said().at(-1)?.role === 'user') await this.listen();
  }

  stop(): void {
    this.underWay?.abort(new Stopped());
  }

  private async listen(): Promise<void> {
    const controller = new AbortController();
    this.underWay = controller;
    const answer = new ComingAnswer();
    this.failure.set(undefined);
    this.begun.set(performance.now());
    this.now.set(performance.now());
    this.coming.set('');
    try {
      await this.api.send(
        streamServingEndpoint,
        { path: { name: this.endpoint }, body: { inputs: this.inputs() } },
        {
          signal: controller.signal,
          onText: (text) => {
            answer.take(text);
            if (!controller.signal.aborted) this.coming.set(answer.text);
          },
        },
      );
      if (answer.failure) this.failure.set(problemOf(answer.failure));
      this.keep(answer, answer.failure ? 'failed' : answer.isCut ? 'cut' : 'whole');
      this.usage.record('model_invoked', { success: answer.failure === undefined, metadata: { stream: true } });
    } catch (error) {
      if (error instanceof Stopped) this.keep(answer, 'stopped');
      else if (!controller.signal.aborted) {
        this.failure.set(problemFrom(error));
        this.keep(answer, 'failed');
        this.usage.record('model_invoked', { success: false, metadata: { stream: true } });
      }
    }
  }

  private inputs(): Record<string, unknown> {
    const instructions = this.instructions().trim();
    return {
      messages: [
        ...(instructions === '' ? [] : [{ role: 'system', content: instructions }]),
        ...this.said().map(({ role, text }) => ({ role, content: text })),
      ],
    };
  }

  /** What has come stays, also of an answer that broke off; of nothing there is nothing to keep. */
  private keep(answer: ComingAnswer, how: UtteranceEnd['how']): void {
    this.coming.set(undefined);
    if (answer.text === '' && how !== 'whole' && how !== 'cut') return;
    this.said.update((said) => [...said, { role: 'assistant', text: answer.text, end: answer.end(how) }]);
  }
}

/** The person no longer wants the answer. */
class Stopped extends Error {}

function problemOf({ code, message }: { readonly code: string; readonly message: string }): Problem {
  return {
    title: $localize`The answer broke off`,
    detail: message,
    status: 200,
    code,
    correlationId: undefined,
    details: {},
    retryAfterSeconds: undefined,
  };
}

/** One answer while it comes. */
class ComingAnswer {
  text = '';
  isCut = false;
  failure: { readonly code: string; readonly message: string } | undefined;
  private tokens: number | undefined;
  private firstAt: number | undefined;
  private readonly startedAt = performance.now();
  private read = 0;
  private readonly parser = new SseParser({
    onEvent: ({ event, data }) => {
      if (event === 'error') this.failure = failureFrom(data);
      else this.add(data);
    },
  });

  /** All of the stream that has come so far. Throws a RangeError for an event that does not end. */
  take(text: string): void {
    this.parser.push(text.slice(this.read));
    this.read = text.length;
  }

  end(how: UtteranceEnd['how']): UtteranceEnd {
    const totalMs = performance.now() - this.startedAt;
    const seconds = this.firstAt === undefined ? 0 : (performance.now() - this.firstAt) / 1000;
    return {
      how,
      firstWordMs: this.firstAt === undefined ? undefined : this.firstAt - this.startedAt,
      totalMs,
      tokens: this.tokens,
      tokensPerSecond: this.tokens === undefined || seconds <= 0 ? undefined : this.tokens / seconds,
    };
  }

  private add(data: string): void {
    const { text, tokens, finish } = chunkFrom(data);
    if (text !== '') this.firstAt ??= performance.now();
    this.text += text;
    this.tokens = tokens ?? this.tokens;
    if (finish === 'length') this.isCut = true;
  }
}
