import { randomBytes, randomUUID } from 'node:crypto';
import type { IssuedTokensDocument, StoredRefreshToken } from '../state/issued-tokens-document';
import type { JsonDocument } from '../state/json-document';
import { tokenHash } from './token-hash';

/** What a refresh token stands for. */
export type RefreshGrant = Pick<StoredRefreshToken, 'holder' | 'clientId' | 'scopes'>;

export type RefreshRedemption =
  | { readonly outcome: 'granted' | 'replayed'; readonly grant: StoredRefreshToken }
  | { readonly outcome: 'refused' | 'too_much' };

const LIFETIME_MS = 30 * 24 * 3600_000;

/**
 * Refresh tokens are good for one use; the next one comes with the answer. A token used twice was stolen from one of the
 * two who used it, so the whole sign-in ends (RFC 9700, 4.14.2).
 */
export class RefreshTokens {
  constructor(private readonly issued: JsonDocument<IssuedTokensDocument>) {}

  async issue(grant: RefreshGrant, family: string = randomUUID()): Promise<string> {
    const token = `doau${randomBytes(32).toString('hex')}`;
    await this.change((tokens) => [
      ...tokens.filter(({ expiresAt }) => expiresAt > Date.now()),
      { ...grant, hash: tokenHash(token), family, expiresAt: Date.now() + LIFETIME_MS, used: false },
    ]);
    return token;
  }

  /** Uses a token of this client, unless more is asked than it stands for. When it was used before, its sign-in has ended. */
  async redeem(token: string, clientId: string, asked: readonly string[]): Promise<RefreshRedemption> {
    const hash = tokenHash(token);
    const found = this.issued.read().refreshTokens.find((candidate) => candidate.hash === hash);
    if (found === undefined || found.clientId !== clientId || found.expiresAt <= Date.now()) {
      return { outcome: 'refused' };
    }
    if (found.used) {
      await this.end(found.family);
      return { outcome: 'replayed', grant: found };
    }
    if (asked.some((scope) => !found.scopes.includes(scope))) return { outcome: 'too_much' };
    await this.change((tokens) => tokens.map((each) => (each.hash === hash ? { ...each, used: true } : each)));
    return { outcome: 'granted', grant: found };
  }

  /** No token of this sign-in works any longer. */
  async end(family: string): Promise<void> {
    await this.change((tokens) => tokens.filter((each) => each.family !== family));
  }

  private async change(work: (tokens: StoredRefreshToken[]) => StoredRefreshToken[]): Promise<void> {
    const issued = this.issued.read();
    await this.issued.write({ ...issued, refreshTokens: work(issued.refreshTokens) });
  }
}
