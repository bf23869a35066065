import { join } from 'node:path';
import { GROUPS, PERSONA_NAMES, PERSONAS } from '../identity/personas';
import { JsonDocument } from './json-document';
import type { WorkspaceDocument } from './workspace-document';

/** A user or service principal as the state folder keeps it. */
export interface StoredPrincipal {
  kind: 'user' | 'service_principal';
  id: string;
  /** User name, or client id of a service principal. */
  name: string;
  displayName: string;
  givenName?: string;
  familyName?: string;
  active: boolean;
  entitlements: string[];
}

/** Members are ids of users, service principals and other groups. */
export interface StoredGroup {
  id: string;
  displayName: string;
  memberIds: string[];
}

/** Who exists in the workspace and who belongs to what. */
export interface DirectoryDocument {
  principals: StoredPrincipal[];
  groups: StoredGroup[];
}

/** The display name of the app's own service principal. */
export const SERVICE_PRINCIPAL_NAME = 'lakescope';

const text = { type: 'string', minLength: 1 } as const;
const texts = { type: 'array', items: { type: 'string' } } as const;

export function openDirectoryDocument(
  stateDirectory: string,
  workspace: Pick<WorkspaceDocument, 'servicePrincipal'>,
): Promise<JsonDocument<DirectoryDocument>> {
  return JsonDocument.open<DirectoryDocument>(join(stateDirectory, 'workspace', 'directory.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['principals', 'groups'],
      properties: {
        principals: {
          type: 'array',
          items: {
            type: 'object',
            required: ['kind', 'id', 'name', 'displayName', 'active', 'entitlements'],
            properties: {
              kind: { type: 'string', enum: ['user', 'service_principal'] },
              id: text,
              name: text,
              displayName: { type: 'string' },
              givenName: { type: 'string', nullable: true },
              familyName: { type: 'string', nullable: true },
              active: { type: 'boolean' },
              entitlements: texts,
            },
          },
        },
        groups: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'displayName', 'memberIds'],
            properties: { id: text, displayName: text, memberIds: texts },
          },
        },
      },
    },
    create: () => newDirectory(workspace.servicePrincipal),
  });
}

function newDirectory(app: WorkspaceDocument['servicePrincipal']): DirectoryDocument {
  const people = PERSONA_NAMES.map((name) => PERSONAS[name]);
  return {
    principals: [
      ...people.map(({ userId, userName, givenName, familyName }): StoredPrincipal => ({
        kind: 'user',
        id: userId,
        name: userName,
        displayName: `${givenName} ${familyName}`,
        givenName,
        familyName,
        active: true,
        entitlements: ['workspace-access'],
      })),
      {
        kind: 'service_principal',
        id: app.id,
        name: app.clientId,
        displayName: SERVICE_PRINCIPAL_NAME,
        active: true,
        entitlements: [],
      },
    ],
    groups: Object.entries(GROUPS).map(([displayName, id]) => ({
      id,
      displayName,
      memberIds: people.filter((person) => person.groups.includes(displayName)).map(({ userId }) => userId),
    })),
  };
}
