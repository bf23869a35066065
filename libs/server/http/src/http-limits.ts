/** Every limit of the HTTP edge in one place; an injection token, so that a test may shorten a deadline. */
export class HttpLimits {
  /** Less than the 120 s after which the platform's proxy cuts an idle line. */
  readonly deadlineMs: number = 100_000;
  readonly bodyBytes: number = 1024 * 1024;
  /** A forwarded token of 64 KiB and the proxy's other headers fit. */
  readonly headerBytes: number = 80 * 1024;
  /** A path segment, encoded: deep volume paths travel in the query, so parameters stay short. */
  readonly paramCharacters: number = 512;
  /** A client that takes longer to send its request is a slow loris. */
  readonly receiveMs: number = 60_000;
  readonly headersMs: number = 20_000;
  /** How often Node looks for connections that take too long; its own default of 30 s would double the times above. */
  readonly slowCheckMs: number = 5_000;
  readonly probeMs: number = 2_000;

  constructor(
    overrides: Partial<Pick<HttpLimits, 'deadlineMs' | 'probeMs' | 'receiveMs' | 'headersMs' | 'slowCheckMs'>> = {},
  ) {
    Object.assign(this, overrides);
  }
}
