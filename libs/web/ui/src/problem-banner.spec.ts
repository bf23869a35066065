import { jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { ProblemBanner, type ProblemView } from './problem-banner';

const problem: ProblemView = {
  title: 'Table not found',
  detail: 'There is no Delta table at /Volumes/a/b/c',
  code: 'TABLE_NOT_FOUND',
  correlationId: 'f3a1',
};

async function banner(inputs: Record<string, unknown>) {
  TestBed.configureTestingModule({ providers: [provideRouter([])] });
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

  it.each(['AUTH_EXPIRED', 'AUTH_INVALID'])('does not say twice what the text of %s already says', async (code) => {
    const detail = 'The user token has expired, reload the page';
    const { element } = await banner({ problem: { ...problem, code, detail } });
    expect(element.textContent?.match(/reload the page/gi)).toHaveLength(1);
  });

  it('prefers the advice of the server to its own', async () => {
    const { element } = await banner({ problem: { ...problem, details: { suggestion: 'Set PGHOST' } } });
    expect(element.textContent).toContain('Set PGHOST');
    expect(element.textContent).not.toContain('typing errors');
  });

  it('shows the exact fix of a missing scope, to copy, and the way to all permissions', async () => {
    const fix = 'Add "unity-catalog" to user_api_scopes of the app';
    const { element } = await banner({ problem: { ...problem, code: 'SCOPE_MISSING', details: { fix } } });
    expect(element.querySelector('ls-fix code')?.textContent).toBe(fix);
    expect(element.querySelector('a')?.getAttribute('href')).toBe('/permissions');
  });

  it('shows the line of a policy that gives a right of storage, to copy', async () => {
    const line = '{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::claims"}';
    const { element } = await banner({
      problem: { ...problem, code: 'PERMISSION_DENIED', details: { policy_line: line } },
    });
    expect(element.querySelector('ls-fix code')?.textContent).toBe(line);
  });

  it('leads to the permissions only from a refusal', async () => {
    const { element } = await banner({ problem });
    expect(element.querySelector('a')).toBeNull();
  });

  it.each([
    ['part-00000-1f.c000.snappy.parquet', /names a file that is gone/],
    ['date=2024-01-01/part-00000.parquet', /names a file that is gone/],
    ['deletion_vector_61.bin', /names a file that is gone/],
    ['one of 3 data files', /names a file that is gone/],
    ['year=2024/data', /names a file that is gone/],
    ['version 3', /restore the missing log files/],
    ['_delta_log/_sidecars/016ae953-37a9-438e-8683-9a9a4a79a395.parquet', /restore the missing log files/],
    ['_delta_log/00000000000000000007.json', /restore the missing log files/],
    ['00000000000000000010.checkpoint.parquet', /restore the missing log files/],
    ['schema', /restore the missing log files/],
  ])('advises what fits when %s is missing', async (missing, says) => {
    const { element } = await banner({ problem: { ...problem, code: 'TABLE_CORRUPT', details: { missing } } });
    expect(element.textContent).toMatch(says);
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
