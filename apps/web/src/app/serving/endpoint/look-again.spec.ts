import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { lookAgainWhile } from './look-again';

describe('what is about to change', () => {
  afterEach(() => jest.useRealTimers());

  it('is read after each pause, not while an answer is on its way, and no more when it has settled', () => {
    jest.useFakeTimers();
    const [isChanging, isLoading, reload] = [signal(true), signal(false), jest.fn()];
    TestBed.runInInjectionContext(() => lookAgainWhile(isChanging, { isLoading, reload }, 1000));
    TestBed.tick();
    jest.advanceTimersByTime(999);
    expect(reload).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(reload).toHaveBeenCalledTimes(1);

    isLoading.set(true);
    TestBed.tick();
    jest.advanceTimersByTime(5000);
    expect(reload).toHaveBeenCalledTimes(1);

    isLoading.set(false);
    TestBed.tick();
    jest.advanceTimersByTime(1000);
    expect(reload).toHaveBeenCalledTimes(2);

    isChanging.set(false);
    TestBed.tick();
    jest.advanceTimersByTime(5000);
    expect(reload).toHaveBeenCalledTimes(2);
  });
});
