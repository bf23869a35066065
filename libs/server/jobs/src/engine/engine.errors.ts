import { DomainError, redactText, type DomainErrorKind, type ErrorCode } from '@lakescope/server-http';

/** What the engine says when it cannot do anything at all. */
export interface EngineComplaint {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

const ANSWERS: Readonly<Record<string, readonly [DomainErrorKind, ErrorCode]>> = {
  STORAGE_NOT_FOUND: ['not_found', 'NOT_FOUND'],
  STORAGE_ACCESS_DENIED: ['forbidden', 'PERMISSION_DENIED'],
  STORAGE_CREDENTIALS_REJECTED: ['forbidden', 'PERMISSION_DENIED'],
  STORAGE_THROTTLED: ['rate_limited', 'RATE_LIMITED'],
  STORAGE_UNAVAILABLE: ['upstream', 'UPSTREAM_ERROR'],
};

/** The engine could do nothing: the manifest cannot be read, source and target overlap, keys are refused. */
export class EngineFailure extends DomainError {
  readonly complaint: EngineComplaint;

  constructor(said: EngineComplaint) {
    const complaint = {
      code: said.code,
      message: redactText(said.message).slice(0, 1_000),
      advice: redactText(said.advice).slice(0, 1_000),
    };
    const [kind, code] = ANSWERS[complaint.code] ?? ['invalid', 'INVALID_REQUEST'];
    super({
      kind,
      code,
      message: complaint.message,
      details: { fault: complaint.code, advice: complaint.advice },
      ...(code === 'RATE_LIMITED' ? { retryAfterSeconds: 5 } : {}),
    });
    this.complaint = complaint;
  }
}

/** The thread of the engine ended without a result: it ran out of memory, or has a defect. */
export class EngineCrashed extends DomainError {
  readonly complaint: EngineComplaint;

  constructor(
    readonly reason: 'out of memory' | 'stopped' | 'defect',
    cause?: unknown,
  ) {
    const complaint = COMPLAINTS[reason];
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: complaint.message,
      details: { fault: complaint.code, advice: complaint.advice },
      cause,
    });
    this.complaint = complaint;
  }
}

const COMPLAINTS = {
  'out of memory': {
    code: 'ENGINE_OUT_OF_MEMORY',
    message: 'The engine needed more memory than one run may use.',
    advice: 'Ingest fewer tables at once (parallel_tables), or leave the largest tables to a run of their own.',
  },
  stopped: {
    code: 'ENGINE_STOPPED',
    message: 'The engine was ended from outside, because it did not stop in time.',
    advice: 'Nothing is half-done: start it again, and it goes on where it was.',
  },
  defect: {
    code: 'ENGINE_CRASHED',
    message: 'The engine ended without a result.',
    advice:
      'Nothing is half-done: start it again. If it happens again, the log of the app says more under the correlation id.',
  },
} as const;
