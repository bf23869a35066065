import { type HttpErrorResponse, HttpEventType, type HttpInterceptorFn } from '@angular/common/http';
import { inject, Service, signal } from '@angular/core';
import { tap } from 'rxjs';
import { problemFrom } from './problem';

/** What every request teaches about the way to the server: whether it answers, and whether it still knows us. */
@Service()
export class Connection {
  private readonly unreachable = signal(false);
  private readonly expired = signal(false);

  readonly isUnreachable = this.unreachable.asReadonly();
  readonly isSessionExpired = this.expired.asReadonly();

  /** How many answers have come. No signal: it is for those who look now and then, and nothing is drawn for it. */
  answers = 0;

  reportAnswer(): void {
    this.answers += 1;
    this.unreachable.set(false);
    this.expired.set(false);
  }

  reportFailure(error: HttpErrorResponse): void {
    const { status, code } = problemFrom(error);
    this.unreachable.set(status === 0);
    // Any other refusal proves nothing about the session: only the server's own word for it counts.
    if (status === 401) this.expired.set(code.startsWith('AUTH_'));
  }
}

/** Sends the proxy's cookie along and keeps `Connection` up to date. */
export const observeConnection: HttpInterceptorFn = (request, next) => {
  const connection = inject(Connection);
  return next(request.clone({ withCredentials: true })).pipe(
    tap({
      // A request that was sent is no answer yet.
      next: (event) => {
        if (event.type === HttpEventType.Response) connection.reportAnswer();
      },
      error: (error: HttpErrorResponse) => connection.reportFailure(error),
    }),
  );
};
