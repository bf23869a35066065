import { join } from 'node:path';
import { JsonDocument } from './json-document';

/** A personal access token that was created over the API; only its hash is kept. Times are epoch milliseconds. */
export interface StoredPersonalAccessToken {
  id: string;
  hash: string;
  holder: string;
  comment: string;
  scopes: string[];
  createdAt: number;
  expiresAt?: number;
}

/** A refresh token; only its hash is kept. Used ones stay until they expire, so that using one again is noticed. */
export interface StoredRefreshToken {
  hash: string;
  /** The sign-in all of its successors belong to. */
  family: string;
  holder: string;
  clientId: string;
  scopes: string[];
  expiresAt: number;
  used: boolean;
}

export interface IssuedTokensDocument {
  personalAccessTokens: StoredPersonalAccessToken[];
  refreshTokens: StoredRefreshToken[];
}

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const integer = { type: 'integer' } as const;

export function openIssuedTokensDocument(stateDirectory: string): Promise<JsonDocument<IssuedTokensDocument>> {
  return JsonDocument.open<IssuedTokensDocument>(join(stateDirectory, 'workspace', 'issued-tokens.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['personalAccessTokens', 'refreshTokens'],
      properties: {
        personalAccessTokens: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'hash', 'holder', 'comment', 'scopes', 'createdAt'],
            properties: {
              id: text,
              hash: text,
              holder: text,
              comment: text,
              scopes: texts,
              createdAt: integer,
              expiresAt: { type: 'integer', nullable: true },
            },
          },
        },
        refreshTokens: {
          type: 'array',
          items: {
            type: 'object',
            required: ['hash', 'family', 'holder', 'clientId', 'scopes', 'expiresAt', 'used'],
            properties: {
              hash: text,
              family: text,
              holder: text,
              clientId: text,
              scopes: texts,
              expiresAt: integer,
              used: { type: 'boolean' },
            },
          },
        },
      },
    },
    create: () => ({ personalAccessTokens: [], refreshTokens: [] }),
  });
}
