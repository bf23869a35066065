export { ApiProblems, problemResponse } from './api-problems.decorator';
export { AppLogger, type LogDestination } from './app-logger';
export { CurrentCaller, SystemCaller, UserCaller, type Caller, type UserIdentity } from './caller';
export { correlationIdOf, currentCorrelationId, useCorrelation, withCorrelationId } from './correlation';
export { useCsrfRule } from './csrf-rule';
export { csvLine, csvText } from './csv-line';
export { Cursors, outdatedCursor, type JsonValue } from './cursors';
export { DatabricksModule } from './databricks.module';
export { DeadlineInterceptor, WithoutDeadline } from './deadline.interceptor';
export { DependencyProbes, type DependencyProbe, type DependencyState, type ProbeResult } from './dependency-probes';
export { useDirectRoutes } from './direct-routes';
export { DomainError, type DomainErrorKind, type DomainErrorOptions } from './domain-error';
export { ERROR_CODES, type ErrorCode } from './error-codes';
export { FeatureCounters, type FeatureCounter } from './feature-counters';
export { failureOf } from './failure-of';
export { HttpLimits } from './http-limits';
export { HttpModule } from './http.module';
export { LeanAdapter } from './lean-adapter';
export { IsInstant } from './is-instant';
export { Lifecycle, type Phase } from './lifecycle';
export { ApiPage, Paged, PageQuery, type PageOf } from './page.dto';
export { grantLine, scopeLine } from './permission-fixes';
export {
  PermissionProbes,
  scopeMissing,
  type PermissionFinding,
  type PermissionProbe,
  type PermissionReport,
  type PermissionState,
} from './permission-probes';
export { TOKEN_REFUSALS } from './platform-sayings';
export { isPublicAddress, publicLookup } from './outbound-address';
export { asProblem, pathOf, PROBLEM_TYPE, problemOf, type ProblemForm } from './problem';
export { ProblemDto } from './problem.dto';
export { ProblemFilter } from './problem.filter';
export { entityTag, preconditionOf, WriteCondition, type Precondition } from './precondition';
export { Product } from './product';
export { Public, PUBLIC_ROUTE } from './public.decorator';
export { redactKeys, redactText } from './redaction';
export { RequestContextInterceptor, type RequestContext } from './request-context';
export { RequestEnds, UNMATCHED } from './request-ends';
export { useRequestLog } from './request-log';
export { RequestObservers, type ObservedRequest, type RequestObserver } from './request-observers';
export { RateLimitGuard, WithoutRateLimit } from './rate-limit.guard';
export { RateLimits } from './rate-limits';
export { WithoutBody } from './without-body.decorator';
export { RequestSignal } from './request-signal';
export { ADMIN_ROUTE, OWN_APP_ROUTE, RequiresAdmin, RequiresAdminOrOwnApp } from './requires-admin.decorator';
export { InvalidRequest, RouteNotFound, type InvalidField } from './request.errors';
export {
  FROM_THE_START,
  lastEventId,
  ResumableStream,
  sendResumable,
  StreamLimits,
  type StreamedEvent,
  type StreamedEvents,
  type StreamedHistory,
} from './resumable-stream';
export { RouteMark } from './route-mark';
export { RouteTable } from './route-table';
export { contentSecurityPolicy, useSecurityHeaders } from './security-headers';
export { Slots } from './slots';
export { answerOnSocket } from './socket-problems';
export {
  StreamedBodyTooLarge,
  StreamedRequestBody,
  TakesStream,
  useStreamedBodies,
  type StreamedBody,
} from './streamed-body';
export { textDownload } from './text-download';
export { TokenBuckets } from './token-buckets';
export { UpstreamCursors } from './upstream-cursors';
export { collectPage, type UpstreamPosition } from './upstream-pages';
export { strictValidation } from './validation';
