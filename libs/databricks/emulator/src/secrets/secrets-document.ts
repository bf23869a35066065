import { join } from 'node:path';
import type { SecretPermission } from '@lakescope/databricks-wire';
import { JsonDocument } from '../state/json-document';

/** Times are epoch milliseconds; values are base64 of the bytes. */
export interface StoredSecret {
  key: string;
  value: string;
  updatedAt: number;
}

export interface StoredScope {
  name: string;
  acls: { principal: string; permission: SecretPermission }[];
  secrets: StoredSecret[];
}

/** All secrets of the workspace, in a file that only its owner may read, like the tokens beside it. */
export interface SecretsDocument {
  scopes: StoredScope[];
}

const text = { type: 'string', minLength: 1 } as const;

export function openSecretsDocument(stateDirectory: string): Promise<JsonDocument<SecretsDocument>> {
  return JsonDocument.open<SecretsDocument>(join(stateDirectory, 'workspace', 'secrets.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['scopes'],
      properties: {
        scopes: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'acls', 'secrets'],
            properties: {
              name: text,
              acls: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['principal', 'permission'],
                  properties: {
                    principal: text,
                    permission: { type: 'string', enum: ['READ', 'WRITE', 'MANAGE'] },
                  },
                },
              },
              secrets: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['key', 'value', 'updatedAt'],
                  properties: { key: text, value: { type: 'string' }, updatedAt: { type: 'integer' } },
                },
              },
            },
          },
        },
      },
    },
    create: () => ({ scopes: [] }),
  });
}
