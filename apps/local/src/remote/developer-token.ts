import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaunchError } from '../launch-error';
import type { RemoteSettings } from './remote-settings';

const run = promisify(execFile);

/** A little more than the platform's own proxy leaves: a token is never forwarded that ends on the way. */
const RENEW_BEFORE_MS = 5 * 60_000;
const CLI_PATIENCE_MS = 60_000;

interface HeldToken {
  readonly value: string;
  /** Milliseconds since 1970; a personal access token tells none. */
  readonly expiresAt: number | undefined;
}

/** The developer's own token: a given one as it is, else the Databricks CLI's, asked again before it ends. */
export class DeveloperToken {
  private held: HeldToken | undefined;
  private asking: Promise<HeldToken> | undefined;

  constructor(
    private readonly settings: Pick<RemoteSettings, 'origin' | 'profile' | 'token'>,
    /** Where the CLI is found, and what it is told. */
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    const { token } = settings;
    if (token !== undefined) this.held = { value: token, expiresAt: undefined };
  }

  /** @throws LaunchError when there is none to be had, with what to do */
  async current(): Promise<string> {
    const { held } = this;
    if (held !== undefined && (held.expiresAt === undefined || Date.now() < held.expiresAt - RENEW_BEFORE_MS)) {
      return held.value;
    }
    // The CLI writes a cache file: it is asked once for all who wait.
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    this.held = await this.asking;
    return this.held.value;
  }

  /** Seconds until it ends, as the token endpoint of OAuth says it; an hour for one that does not tell. */
  get remainingSeconds(): number {
    const { expiresAt } = this.held ?? {};
    return expiresAt === undefined ? 3600 : Math.max(0, Math.floor((expiresAt - Date.now()) / 1000));
  }

  /** The command a person signs in with. */
  get signIn(): string {
    const { origin, profile } = this.settings;
    return `databricks auth login --host ${origin.origin}${profile === undefined ? '' : ` --profile ${profile}`}`;
  }

  /** `databricks auth token` prints `{"access_token","token_type","expiry"}` (Databricks CLI, command group auth). */
  private async ask(): Promise<HeldToken> {
    const { origin, profile } = this.settings;
    const which = profile === undefined ? ['--host', origin.origin] : ['--profile', profile];
    let output: string;
    try {
      const limits = { timeout: CLI_PATIENCE_MS, env: this.environment };
      output = (await run('databricks', ['auth', 'token', ...which], limits)).stdout;
    } catch (cause) {
      throw new LaunchError(this.reasonOf(cause as NodeJS.ErrnoException & { stderr?: string }), { cause });
    }
    const found = parse(output);
    if (found === undefined) {
      throw new LaunchError(`The Databricks CLI answered without a token. Sign in again: ${this.signIn}`);
    }
    return found;
  }

  private reasonOf({ code, stderr }: { code?: string | number; stderr?: string }): string {
    if (code === 'ENOENT') {
      return 'The Databricks CLI is not installed. Install it (https://docs.databricks.com/dev-tools/cli/install.html), or put a token into DATABRICKS_TOKEN.';
    }
    const said = stderr?.trim().split('\n').at(-1) ?? '';
    return `The Databricks CLI has no token${said === '' ? '' : ` (${said})`}. Sign in: ${this.signIn}`;
  }
}

function parse(output: string): HeldToken | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    return undefined;
  }
  const { access_token: value, expiry } = (answer ?? {}) as { access_token?: unknown; expiry?: unknown };
  if (typeof value !== 'string' || value === '') return undefined;
  const expiresAt = typeof expiry === 'string' ? Date.parse(expiry) : NaN;
  return { value, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt };
}
