import { DestroyRef, effect, inject, signal, type Signal, untracked } from '@angular/core';

/** Before a stream that the browser has given up is asked for again. */
const PAUSE_MS = 5_000;

/** How it stands with a stream: `over` when nobody wants it any more. */
export type StreamState = 'connecting' | 'live' | 'broken' | 'over';

export interface StreamReader {
  /** Of the events that are read. */
  readonly names: readonly string[];
  /** Another stream begins: what was read of the former one is none of it. */
  readonly begin?: () => void;
  readonly read: (event: MessageEvent<string>) => void;
  /** The browser has given it up: all was told, or it was refused. */
  readonly ended?: () => void;
}

/**
 * Reads server-sent events of an address while it is wanted. The browser goes on after the last event it has by itself, on whichever
 * replica; where it gives up while the stream is still wanted, it is asked for again.
 */
export function followStream(
  address: Signal<string | undefined>,
  isWanted: Signal<boolean>,
  { names, begin, read, ended }: StreamReader,
): Signal<StreamState> {
  const state = signal<StreamState>('connecting');
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = '';

  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };
  const open = (url: string): void => {
    close();
    state.set('connecting');
    const opened = new EventSource(last === '' ? url : `${url}${url.includes('?') ? '&' : '?'}after=${last}`);
    source = opened;
    opened.onopen = () => state.set('live');
    for (const name of names) {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        if (source !== opened) return;
        last = event.lastEventId;
        read(event);
      });
    }
    opened.onerror = () => {
      if (source !== opened) return;
      if (opened.readyState !== EventSource.CLOSED) return state.set('connecting');
      close();
      state.set(isWanted() ? 'broken' : 'over');
      ended?.();
      // Also where all was told: what is still wanted then is about to be known as over.
      timer = setTimeout(() => (isWanted() ? open(url) : state.set('over')), PAUSE_MS);
    };
  };

  effect(() => {
    const url = address();
    close();
    last = '';
    untracked(() => begin?.());
    if (url !== undefined) open(url);
  });
  inject(DestroyRef).onDestroy(close);
  return state.asReadonly();
}
