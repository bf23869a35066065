import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { watchWhile } from './watching';

function watching(goesOn = signal(true)): { readonly looks: () => number; readonly goesOn: typeof goesOn } {
  let looks = 0;
  TestBed.runInInjectionContext(() => watchWhile(goesOn, () => void (looks += 1)));
  TestBed.tick();
  return { looks: () => looks, goesOn };
}

function turn(visibility: 'hidden' | 'visible'): void {
  jest.spyOn(document, 'hidden', 'get').mockReturnValue(visibility === 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('watching something that goes on', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('looks again and again, and no more once it is over', () => {
    const { looks, goesOn } = watching();
    jest.advanceTimersByTime(6_000);
    expect(looks()).toBe(3);
    goesOn.set(false);
    TestBed.tick();
    jest.advanceTimersByTime(60_000);
    expect(looks()).toBe(3);
  });

  it('asks for nothing while nobody sees it, and at once when somebody does', () => {
    const { looks } = watching();
    turn('hidden');
    jest.advanceTimersByTime(60_000);
    expect(looks()).toBe(0);
    turn('visible');
    expect(looks()).toBe(1);
    jest.advanceTimersByTime(2_000);
    expect(looks()).toBe(2);
  });

  it('asks for nothing while nothing goes on', () => {
    const { looks } = watching(signal(false));
    turn('hidden');
    turn('visible');
    jest.advanceTimersByTime(60_000);
    expect(looks()).toBe(0);
  });
});
