import type { Secret } from '@lakescope/databricks-client';

/** Where the token of a person, or of a service principal, comes from. Nothing of it is ever printed. */
export interface TokenSource {
  /**
   * A token that is good for some minutes at least; asked for anew when the last one is about to end. The workspace takes it, and so does
   * an app when it is an OAuth token.
   *
   * @throws CommandFailed with how to sign in, when there is none to be had
   */
  current(): Promise<Secret>;
  /** Asks for another one at the next call: the platform refused the last one before its time. */
  renew(): void;
  /** What a person does to have one again: a command, or what to set. */
  readonly signIn: string;
}

/** A token and when it ends, in milliseconds since 1970; undefined when whoever gave it does not say. */
export interface Granted {
  readonly token: Secret;
  readonly expiresAt: number | undefined;
}

/** As the platform's own proxy leaves: a token that ends while a request is under way is of no use. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** What a token endpoint that tells no time is taken to mean; OAuth tokens of the platform live for an hour. */
export const USUAL_LIFETIME_MS = 60 * 60_000;

/** Asks for a token when one is needed, and again before it ends. */
export class RenewedTokens implements TokenSource {
  private held: Granted | undefined;
  private asking: Promise<Granted> | undefined;

  constructor(
    private readonly ask: () => Promise<Granted>,
    readonly signIn: string,
    private readonly now: () => number = Date.now,
  ) {}

  async current(): Promise<Secret> {
    const { held } = this;
    if (held !== undefined && this.now() < renewAt(held)) return held.token;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    this.held = await this.asking;
    return this.held.token;
  }

  renew(): void {
    this.held = undefined;
  }
}

/** A token that somebody set: it is as it is. */
export class GivenToken implements TokenSource {
  constructor(
    private readonly token: Secret,
    readonly signIn: string,
  ) {}

  current(): Promise<Secret> {
    return Promise.resolve(this.token);
  }

  renew(): void {
    // There is no other one.
  }
}

function renewAt({ expiresAt }: Granted): number {
  return expiresAt === undefined ? Infinity : expiresAt - RENEW_BEFORE_MS;
}

/** Whether it is a personal access token, which the workspace takes and no app does. */
export function isPersonalAccessToken(token: Secret): boolean {
  return token.reveal().startsWith('dapi');
}
