/** Every number of the OTLP export in one place; an injection token, so that a test may shorten a minute. */
export class OtlpLimits {
  readonly intervalMs: number = 60_000;
  /** For one attempt, answer included. */
  readonly timeoutMs: number = 10_000;
  readonly attempts: number = 5;
  /** Before the second attempt, doubled for each further one, by chance half as long again or half as short. */
  readonly retryMs: number = 1_000;
  /** For the last sending of a process that stops. */
  readonly lastSendingMs: number = 800;
  /** So much of an answer is read. */
  readonly answerBytes: number = 64 * 1024;

  constructor(overrides: Partial<OtlpLimits> = {}) {
    Object.assign(this, overrides);
  }
}
