import {
  afterRenderEffect,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { type ServingEndpointDetailDto } from '@lakescope/web-api';
import { EmptyState, formatCount, formatMilliseconds, Icon, Notice, ProblemBanner } from '@lakescope/web-ui';
import { runClock } from '../../catalog/query/run-clock';
import { mayOnlyLook } from '../endpoint-states';
import { Conversation, type UtteranceEnd } from './conversation';
import { saidParts } from './said-parts';

/** How near the end of the conversation counts as being there: then what comes is followed. */
const NEAR_PX = 48;

/** A conversation with a chat endpoint, word by word. */
@Component({
  selector: 'ls-chat-view',
  imports: [EmptyState, Icon, MatButton, Notice, ProblemBanner],
  templateUrl: './chat-view.html',
  styleUrl: './chat-view.css',
})
export class ChatView {
  readonly endpoint = input.required<ServingEndpointDetailDto>();

  protected readonly conversation = inject(Conversation);
  private readonly log = viewChild.required<ElementRef<HTMLElement>>('log');
  private followsEnd = true;
  protected readonly text = signal('');
  protected readonly isLookOnly = computed(() => mayOnlyLook(this.endpoint()));
  protected readonly utterances = computed(() =>
    this.conversation.utterances().map((utterance, index) => ({
      ...utterance,
      index,
      who: utterance.role === 'user' ? $localize`You` : this.endpoint().name,
      parts: saidParts(utterance.text),
      facts: utterance.end ? factsOf(utterance.end) : '',
    })),
  );
  protected readonly coming = computed(() => saidParts(this.conversation.answer() ?? ''));
  protected readonly clock = computed(() => runClock(this.conversation.elapsedMs()));
  protected readonly canSay = computed(
    () => !this.isLookOnly() && !this.conversation.isUnderWay() && this.text().trim() !== '',
  );
  protected readonly canRetry = computed(
    () => !this.conversation.isUnderWay() && this.conversation.utterances().length > 0 && !this.isLookOnly(),
  );
  protected readonly isEmpty = computed(
    () => this.conversation.utterances().length === 0 && !this.conversation.isUnderWay(),
  );

  constructor() {
    effect(() => {
      const { name } = this.endpoint();
      untracked(() => this.conversation.open(name));
    });
    afterRenderEffect(() => {
      this.utterances();
      this.coming();
      const log = this.log().nativeElement;
      if (this.followsEnd) log.scrollTop = log.scrollHeight;
    });
  }

  /** Whoever scrolls up to read is left there. */
  protected noteScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.log().nativeElement;
    this.followsEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  protected type(event: Event): void {
    this.text.set((event.target as HTMLTextAreaElement).value);
  }

  protected instruct(event: Event): void {
    this.conversation.instructions.set((event.target as HTMLTextAreaElement).value);
  }

  protected onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say();
  }

  protected say(): void {
    if (!this.canSay()) return;
    const text = this.text();
    this.text.set('');
    this.followsEnd = true;
    void this.conversation.say(text);
  }
}

function factsOf({ how, firstWordMs, totalMs, tokens, tokensPerSecond }: UtteranceEnd): string {
  const rate = tokensPerSecond === undefined ? undefined : Math.round(tokensPerSecond);
  return [
    how === 'stopped' ? $localize`stopped` : undefined,
    how === 'cut' ? $localize`cut at its longest` : undefined,
    how === 'failed' ? $localize`broke off` : undefined,
    firstWordMs === undefined ? undefined : $localize`first word after ${formatMilliseconds(firstWordMs)}:time:`,
    $localize`${formatMilliseconds(totalMs)}:time: in all`,
    tokens === undefined ? undefined : $localize`${formatCount(tokens)}:count: tokens`,
    rate === undefined ? undefined : $localize`${formatCount(rate)}:count: tokens/s`,
  ]
    .filter((text) => text !== undefined)
    .join(' · ');
}
