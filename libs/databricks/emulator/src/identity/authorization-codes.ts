import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** What somebody agreed to on the sign-in page. */
export interface Authorization {
  readonly holder: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  /** The S256 challenge of PKCE (RFC 7636). */
  readonly challenge: string;
  readonly nonce: string | undefined;
}

interface Entry extends Authorization {
  readonly expiresAt: number;
  /** Names the tokens that come of it, so that they can be ended when the code is used again. */
  readonly family: string;
  used: boolean;
}

export type Redemption =
  | { readonly outcome: 'granted'; readonly authorization: Authorization; readonly family: string }
  | { readonly outcome: 'replayed'; readonly family: string }
  | { readonly outcome: 'refused' };

/** A client comes for its tokens within moments; the RFC allows ten minutes. */
const LIFETIME_MS = 60_000;
/** Whoever asks for codes without end must not fill the memory. */
const MOST = 1000;

/** Codes of sign-ins under way. They are not worth keeping over a restart. */
export class AuthorizationCodes {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly now: () => number = Date.now) {}

  issue(authorization: Authorization): string {
    for (const [code, { expiresAt }] of this.entries) {
      if (expiresAt <= this.now() || this.entries.size >= MOST) this.entries.delete(code);
    }
    const code = randomBytes(32).toString('base64url');
    const entry = { ...authorization, expiresAt: this.now() + LIFETIME_MS, family: randomUUID(), used: false };
    this.entries.set(code, entry);
    return code;
  }

  /** Only who started the sign-in knows the verifier, and only one answer is ever given. */
  redeem(code: string, client: { clientId: string; redirectUri: string; verifier: string }): Redemption {
    const entry = this.entries.get(code);
    if (entry === undefined || entry.expiresAt <= this.now()) return { outcome: 'refused' };
    const { clientId, redirectUri, challenge, family } = entry;
    const proven = createHash('sha256').update(client.verifier).digest('base64url') === challenge;
    if (clientId !== client.clientId || redirectUri !== client.redirectUri || !proven) return { outcome: 'refused' };
    if (entry.used) return { outcome: 'replayed', family };
    entry.used = true;
    return { outcome: 'granted', authorization: entry, family };
  }
}
