import { join } from 'node:path';
import type { DocumentDefinition } from '../state/json-document';

/** The lists somebody has changed; all others are what their objects say they are initially. */
export interface AccessControlDocument {
  lists: { object: string; grants: { principal: string; level: string }[] }[];
}

export function accessControlFile(stateDirectory: string): string {
  return join(stateDirectory, 'workspace', 'access-control.json');
}

const text = { type: 'string', minLength: 1 } as const;

export const accessControlDefinition: DocumentDefinition<AccessControlDocument> = {
  version: 1,
  schema: {
    type: 'object',
    required: ['lists'],
    properties: {
      lists: {
        type: 'array',
        items: {
          type: 'object',
          required: ['object', 'grants'],
          properties: {
            object: text,
            grants: {
              type: 'array',
              items: {
                type: 'object',
                required: ['principal', 'level'],
                properties: { principal: text, level: text },
              },
            },
          },
        },
      },
    },
  },
  create: () => ({ lists: [] }),
};
