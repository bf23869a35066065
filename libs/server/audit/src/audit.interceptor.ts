import { HttpLimits, failureOf, type ErrorCode } from '@lakescope/server-http';
import { Database, OutcomeUnknown, failureReason } from '@lakescope/server-persistence';
import { Injectable, Logger, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { catchError, concatMap, defer, finalize, from, throwError, type Observable } from 'rxjs';
import { AuditLog, type NewAuditEntry } from './audit-log';
import type { AuditDetails, Outcome } from './audit-entry.entity';
import { AUDITED, type AuditedAction } from './audited-action';

/** An answer is not held up longer than this by a database that is away. */
const PATIENCE_MS = 5_000;
const KEEPING_RECORDS = { feature: 'The audit log', repeat: 'write' } as const;

/** Writes down what routes marked `@Audited` have done, before they answer. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Audit');

  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
    private readonly auditLog: AuditLog,
    private readonly limits: HttpLimits,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const audited = this.reflector.get<AuditedAction | undefined>(AUDITED, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (audited === undefined || audited.when?.(request) === false) return next.handle();
    const startedAt = performance.now();
    let told = false;
    const tell = (outcome: Outcome, errorCode?: ErrorCode, details?: AuditDetails): Promise<void> => {
      told = true;
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10;
      return this.tell(entryOf(audited, request, { outcome, errorCode, durationMs, details }));
    };
    return defer(() => this.assureRecordable(audited)).pipe(
      concatMap(() => next.handle()),
      concatMap(async (answer: unknown) => {
        told = true;
        if (audited.success !== 'transaction') await tell('success');
        return answer;
      }),
      catchError((error: unknown) =>
        from(tell('failure', failureOf(error, this.limits).code, doubtOf(error))).pipe(
          concatMap(() => throwError(() => error)),
        ),
      ),
      finalize(() => {
        // The deadline passed and nobody listens any more: how it ended is not known, that it was begun is.
        if (!told) void tell('failure', 'UPSTREAM_TIMEOUT');
      }),
    );
  }

  /** Asks the database for a sign of life before something is destroyed that could not be written down. */
  private async assureRecordable({ unrecordable }: AuditedAction): Promise<void> {
    if (unrecordable === 'refuse') await this.database.asSystem((tx) => tx.query('SELECT 1'), KEEPING_RECORDS);
  }

  /** Never rejects: what is done is done, and its answer is owed. */
  private async tell(entry: NewAuditEntry): Promise<void> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    const tooLate = new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error('the database does not answer')), { once: true });
    });
    try {
      await Promise.race([this.database.asSystem((tx) => this.auditLog.record(tx, entry), KEEPING_RECORDS), tooLate]);
    } catch (error) {
      // Without the person: the access line of the same correlation id names them, in the way the log is configured to.
      const { userId: _, correlationId, ...rest } = entry;
      const reason = failureReason(error);
      this.logger.error({
        msg: `An audit entry was not written: ${reason}`,
        correlation_id: correlationId,
        audit: rest,
      });
    }
  }
}

function entryOf(
  { action, actingAs = 'user', target }: AuditedAction,
  request: FastifyRequest,
  ended: Pick<NewAuditEntry, 'outcome' | 'errorCode' | 'durationMs' | 'details'>,
): NewAuditEntry {
  return {
    userId: request.caller?.userId ?? null,
    actingAs,
    action,
    target: target?.(request),
    correlationId: request.id,
    ...ended,
  };
}

/** When the answer to COMMIT was lost there may be an entry of the success too; then this one says that nobody knew. */
function doubtOf(error: unknown): AuditDetails | undefined {
  return error instanceof OutcomeUnknown ? { outcome: 'unknown' } : undefined;
}
