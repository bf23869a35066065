import { join } from 'node:path';
import type { NotebookLanguage } from '@lakescope/databricks-wire';
import { JsonDocument } from '../state/json-document';

/** One object of the workspace tree. Times are epoch milliseconds. */
export interface StoredObject {
  /** Below 2^53; 0 is the root. */
  id: number;
  path: string;
  type: 'DIRECTORY' | 'NOTEBOOK' | 'FILE';
  language?: NotebookLanguage;
  /** Name of the file that holds its bytes, and how many they are; folders have none. */
  content?: string;
  size?: number;
  createdAt: number;
  modifiedAt: number;
  /** User name or application id; empty for what the workspace itself made. */
  creator: string;
}

export interface WorkspaceObjectsDocument {
  objects: StoredObject[];
}

const integer = { type: 'integer' } as const;

export function openWorkspaceObjectsDocument(stateDirectory: string): Promise<JsonDocument<WorkspaceObjectsDocument>> {
  return JsonDocument.open<WorkspaceObjectsDocument>(join(stateDirectory, 'workspace', 'workspace-objects.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['objects'],
      properties: {
        objects: {
          type: 'array',
          items: {
            type: 'object',
            required: ['id', 'path', 'type', 'createdAt', 'modifiedAt', 'creator'],
            properties: {
              id: integer,
              path: { type: 'string', pattern: '^/' },
              type: { type: 'string', enum: ['DIRECTORY', 'NOTEBOOK', 'FILE'] },
              language: { type: 'string', enum: ['PYTHON', 'SQL', 'SCALA', 'R'], nullable: true },
              // It becomes part of a path on disk.
              content: { type: 'string', pattern: '^[0-9a-f-]{36}$', nullable: true },
              size: { type: 'integer', nullable: true },
              createdAt: integer,
              modifiedAt: integer,
              creator: { type: 'string' },
            },
          },
        },
      },
    },
    create: () => {
      const now = Date.now();
      const folder = (id: number, path: string): StoredObject => ({
        ...{ id, path, type: 'DIRECTORY', creator: '' },
        ...{ createdAt: now, modifiedAt: now },
      });
      return { objects: [folder(0, '/'), folder(1, '/Users'), folder(2, '/Shared')] };
    },
  });
}
