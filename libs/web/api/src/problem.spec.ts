import { HttpErrorResponse, HttpHeaders } from '@angular/common/http';
import { fieldProblems, problemFrom } from './problem';

const body = {
  title: 'Version not found',
  status: 404,
  detail: 'Version 9 does not exist',
  error_code: 'VERSION_NOT_FOUND',
  correlation_id: 'abc',
  technical_details: { latest: 5 },
  retry_after: null,
};

describe('problemFrom', () => {
  it('reads a problem document', () => {
    expect(problemFrom(new HttpErrorResponse({ status: 404, error: body }))).toEqual({
      title: 'Version not found',
      detail: 'Version 9 does not exist',
      status: 404,
      code: 'VERSION_NOT_FOUND',
      correlationId: 'abc',
      details: { latest: 5 },
      retryAfterSeconds: undefined,
    });
  });

  it('reads one that came as text', () => {
    const problem = problemFrom(new HttpErrorResponse({ status: 404, error: JSON.stringify(body) }));
    expect(problem.code).toBe('VERSION_NOT_FOUND');
  });

  it('finds the failed request behind the error of a resource', () => {
    const cause = new HttpErrorResponse({ status: 503, error: { ...body, error_code: 'DATABASE_UNAVAILABLE' } });
    expect(problemFrom(new Error('resource failed', { cause })).code).toBe('DATABASE_UNAVAILABLE');
  });

  it('says that nobody answered when there is no status', () => {
    expect(problemFrom(new HttpErrorResponse({ status: 0 })).code).toBe('UNREACHABLE');
  });

  it('stays readable when a proxy answers a page of its own', () => {
    const headers = new HttpHeaders({ 'X-Correlation-ID': 'from-header' });
    const problem = problemFrom(new HttpErrorResponse({ status: 502, error: '<html>Bad gateway</html>', headers }));
    expect(problem).toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 502, correlationId: 'from-header' });
  });

  it('finds what is said of single fields, and trusts no other shape', () => {
    expect(fieldProblems({ fields: [{ path: 'name', message: 'must not be blank' }, null, { path: 1 }] })).toEqual(
      new Map([['name', 'must not be blank']]),
    );
    expect(fieldProblems({ fields: 'name' }).size).toBe(0);
  });
});
