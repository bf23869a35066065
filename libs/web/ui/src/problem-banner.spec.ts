import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { ProblemBanner, type ProblemView } from './problem-banner';

const problem: ProblemView = {
  title: 'Table not found',
  detail: 'There is no Delta table at /Volumes/a/b/c',
  code: 'TABLE_NOT_FOUND',
  correlationId: 'f3a1',
};

async function banner(inputs: Record<string, unknown>) {
  const fixture = TestBed.createComponent(ProblemBanner);
  for (const [name, value] of Object.entries(inputs)) fixture.componentRef.setInput(name, value);
  await fixture.whenStable();
  return { fixture, element: fixture.nativeElement as HTMLElement };
}

describe('ProblemBanner', () => {
  it('says what happened, what to do, and under which id', async () => {
    const { element } = await banner({ problem });
    expect(element.textContent).toContain('There is no Delta table at /Volumes/a/b/c');
    expect(element.textContent).toContain('Check the path for typing errors');
    expect(element.textContent).toContain('f3a1');
    expect(element.getAttribute('role')).toBe('alert');
  });

  it('prefers the advice of the server to its own', async () => {
    const { element } = await banner({ problem: { ...problem, details: { suggestion: 'Set PGHOST' } } });
    expect(element.textContent).toContain('Set PGHOST');
    expect(element.textContent).not.toContain('typing errors');
  });

  it('asks for another try', async () => {
    const { fixture, element } = await banner({ problem });
    const retried = jest.fn();
    fixture.componentInstance.retry.subscribe(retried);
    [...element.querySelectorAll('button')].find((button) => button.textContent?.includes('Retry'))?.click();
    expect(retried).toHaveBeenCalledTimes(1);
  });

  it('offers none where it would not help', async () => {
    const { element } = await banner({ problem, canRetry: false });
    expect(element.textContent).not.toContain('Retry');
  });
});
