import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PERSONA_NAMES, type PersonaName } from '../identity/personas';
import { JsonDocument } from './json-document';
import { newNumericId } from './numeric-id';

/** What makes this workspace this one: its ids and the credentials it has handed out. */
export interface WorkspaceDocument {
  workspaceId: string;
  accountId: string;
  metastoreId: string;
  createdAt: number;
  servicePrincipal: { id: string; clientId: string; clientSecret: string };
  personalAccessTokens: Record<PersonaName, string>;
  databaseInstanceUid: string;
  /** Refused although their signature is right. Kept until they would have expired anyway, if ever. */
  revokedTokens: { id: string; expiresAt?: number }[];
}

const text = { type: 'string', minLength: 1 } as const;

export function openWorkspaceDocument(stateDirectory: string): Promise<JsonDocument<WorkspaceDocument>> {
  return JsonDocument.open<WorkspaceDocument>(join(stateDirectory, 'workspace', 'workspace.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: [
        'workspaceId',
        'accountId',
        'metastoreId',
        'createdAt',
        'servicePrincipal',
        'personalAccessTokens',
        'databaseInstanceUid',
        'revokedTokens',
      ],
      properties: {
        workspaceId: { type: 'string', pattern: '^[1-9][0-9]{0,15}$' },
        accountId: text,
        metastoreId: text,
        createdAt: { type: 'integer' },
        servicePrincipal: {
          type: 'object',
          required: ['id', 'clientId', 'clientSecret'],
          properties: { id: text, clientId: text, clientSecret: text },
        },
        personalAccessTokens: {
          type: 'object',
          required: [...PERSONA_NAMES],
          properties: { admin: text, engineer: text, analyst: text, outsider: text },
        },
        databaseInstanceUid: text,
        revokedTokens: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id'],
            properties: { id: text, expiresAt: { type: 'integer', nullable: true } },
          },
        },
      },
    },
    create: newWorkspace,
  });
}

function newWorkspace(): WorkspaceDocument {
  return {
    workspaceId: newNumericId(),
    accountId: randomUUID(),
    metastoreId: randomUUID(),
    createdAt: Date.now(),
    servicePrincipal: {
      id: newNumericId(),
      clientId: randomUUID(),
      clientSecret: `dose${randomBytes(16).toString('hex')}`,
    },
    personalAccessTokens: {
      admin: newPersonalAccessToken(),
      engineer: newPersonalAccessToken(),
      analyst: newPersonalAccessToken(),
      outsider: newPersonalAccessToken(),
    },
    databaseInstanceUid: randomUUID(),
    revokedTokens: [],
  };
}

/** `dapi` and 32 hex digits, as the platform's. */
export function newPersonalAccessToken(): string {
  return `dapi${randomBytes(16).toString('hex')}`;
}
