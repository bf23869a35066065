import type { IssuedTokensDocument, StoredPersonalAccessToken } from '../state/issued-tokens-document';
import type { JsonDocument } from '../state/json-document';
import { newPersonalAccessToken, type WorkspaceDocument } from '../state/workspace-document';
import { PERSONA_NAMES, PERSONAS } from './personas';
import { tokenHash } from './token-hash';

/** Whose personal access token it is and what it opens. */
export interface HeldToken {
  readonly id: string;
  readonly holder: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | undefined;
}

/** The personal access tokens: one of each persona, which never expires, and those created over the API. */
export class PersonalAccessTokens {
  constructor(
    private readonly workspace: JsonDocument<WorkspaceDocument>,
    private readonly issued: JsonDocument<IssuedTokensDocument>,
  ) {}

  /** Undefined when nobody has it. */
  find(token: string): HeldToken | undefined {
    const { personalAccessTokens } = this.workspace.read();
    const persona = PERSONA_NAMES.find((name) => personalAccessTokens[name] === token);
    const hash = tokenHash(token);
    if (persona !== undefined) {
      return { id: hash, holder: PERSONAS[persona].userName, scopes: ['all-apis'], expiresAt: undefined };
    }
    const stored = this.issued.read().personalAccessTokens.find((candidate) => candidate.hash === hash);
    if (stored === undefined) return undefined;
    const { id, holder, scopes, expiresAt } = stored;
    return { id, holder, scopes, expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt) };
  }

  list(holder: string): readonly StoredPersonalAccessToken[] {
    return this.issued.read().personalAccessTokens.filter((token) => token.holder === holder);
  }

  /** The token itself is told only now. */
  async create(
    fields: Omit<StoredPersonalAccessToken, 'id' | 'hash'>,
  ): Promise<{ token: string; stored: StoredPersonalAccessToken }> {
    const token = newPersonalAccessToken();
    const hash = tokenHash(token);
    const stored = { ...fields, id: hash, hash };
    const issued = this.issued.read();
    await this.issued.write({ ...issued, personalAccessTokens: [...issued.personalAccessTokens, stored] });
    return { token, stored };
  }

  /** Whether the holder had such a token. It opens nothing from now on. */
  async delete(holder: string, id: string): Promise<boolean> {
    const issued = this.issued.read();
    const kept = issued.personalAccessTokens.filter((token) => token.id !== id || token.holder !== holder);
    if (kept.length === issued.personalAccessTokens.length) return false;
    await this.issued.write({ ...issued, personalAccessTokens: kept });
    return true;
  }
}
