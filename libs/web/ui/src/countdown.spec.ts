import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { Countdown } from './countdown';

describe('Countdown', () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse('2026-01-01T00:00:00Z') }));
  afterEach(() => jest.useRealTimers());

  function countdown(to: string) {
    const fixture = TestBed.createComponent(Countdown);
    fixture.componentRef.setInput('to', to);
    const reached = jest.fn();
    fixture.componentInstance.reached.subscribe(reached);
    const text = () => {
      TestBed.tick();
      fixture.detectChanges();
      return (fixture.nativeElement as HTMLElement).textContent;
    };
    return { text, reached };
  }

  it('counts down by the second and says when the instant has come, once', () => {
    const { text, reached } = countdown('2026-01-01T00:01:02Z');
    expect(text()).toBe('in 1 min 02 s');
    jest.advanceTimersByTime(3000);
    expect(text()).toBe('in 59 s');
    jest.advanceTimersByTime(60_000);
    expect(text()).toBe('now');
    jest.advanceTimersByTime(5000);
    text();
    expect(reached).toHaveBeenCalledTimes(1);
  });

  it('is silent about an instant that was over before', () => {
    const { text, reached } = countdown('2025-12-31T00:00:00Z');
    expect(text()).toBe('now');
    expect(reached).not.toHaveBeenCalled();
  });
});
