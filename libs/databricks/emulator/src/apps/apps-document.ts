import { join } from 'node:path';
import type { AppEnvVar, AppResource } from '@lakescope/databricks-wire';
import type { JSONSchemaType } from 'ajv';
import { JsonDocument } from '../state/json-document';

export type DeploymentState = 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** A deployment as it is kept. Times are epoch milliseconds. */
export interface StoredDeployment {
  id: string;
  sourceCodePath: string;
  mode: string;
  /** As the request said them; they win over what app.yaml says. */
  command: string[];
  envVars: AppEnvVar[];
  creator: string;
  createdAt: number;
  updatedAt: number;
  state: DeploymentState;
  message: string;
  /** What comes after the message for those who may see the app's log. */
  lastWords?: string;
}

/** What a client may say about an app. */
export interface AppSettings {
  description: string;
  resources: AppResource[];
  userApiScopes: string[];
  computeSize: string;
  defaultSourceCodePath?: string;
}

/** An app as it is kept: it holds the secret of its service principal, so the file is its owner's alone. */
export interface StoredApp extends AppSettings {
  id: string;
  name: string;
  creator: string;
  updater: string;
  createdAt: number;
  updatedAt: number;
  servicePrincipal: { id: string; clientId: string; clientSecret: string; displayName: string };
  /** What users have consented to: new scopes count only once the app has been started anew. */
  consentedScopes: string[];
  /** Whether it is meant to have a machine. */
  compute: 'ACTIVE' | 'STOPPED' | 'DELETING';
  /** Of its front door, so that its address stays over restarts. */
  port?: number;
  /** What runs, or would run if the app were started. */
  activeDeployment?: string;
  /** Newest last. */
  deployments: StoredDeployment[];
  /** How the last asynchronous update went. */
  lastUpdate?: { state: string; message: string };
}

export interface AppsDocument {
  apps: readonly StoredApp[];
}

const text = { type: 'string' } as const;
const texts = { type: 'array', items: text } as const;
const integer = { type: 'integer' } as const;

// Said without its type: that one cannot describe resources, whose fields differ by kind.
const schema: object = {
  type: 'object',
  required: ['apps'],
  properties: {
    apps: {
      type: 'array',
      items: {
        type: 'object',
        required: [
          ...['id', 'name', 'creator', 'updater', 'createdAt', 'updatedAt', 'servicePrincipal', 'consentedScopes'],
          ...['compute', 'deployments', 'description', 'resources', 'userApiScopes', 'computeSize'],
        ],
        properties: {
          id: text,
          name: text,
          creator: text,
          updater: text,
          createdAt: integer,
          updatedAt: integer,
          servicePrincipal: {
            type: 'object',
            required: ['id', 'clientId', 'clientSecret', 'displayName'],
            properties: { id: text, clientId: text, clientSecret: text, displayName: text },
          },
          consentedScopes: texts,
          compute: { enum: ['ACTIVE', 'STOPPED', 'DELETING'] },
          port: integer,
          activeDeployment: text,
          deployments: {
            type: 'array',
            items: {
              type: 'object',
              required: ['id', 'sourceCodePath', 'mode', 'command', 'envVars', 'creator', 'createdAt', 'updatedAt'],
              properties: {
                id: text,
                sourceCodePath: text,
                mode: text,
                command: texts,
                envVars: { type: 'array', items: { type: 'object' } },
                creator: text,
                createdAt: integer,
                updatedAt: integer,
                state: { enum: ['IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'CANCELLED'] },
                message: text,
                lastWords: text,
              },
            },
          },
          description: text,
          resources: { type: 'array', items: { type: 'object' } },
          userApiScopes: texts,
          computeSize: text,
          defaultSourceCodePath: text,
        },
      },
    },
  },
};

export function openAppsDocument(stateDirectory: string): Promise<JsonDocument<AppsDocument>> {
  return JsonDocument.open<AppsDocument>(join(stateDirectory, 'workspace', 'apps.json'), {
    version: 1,
    schema: schema as JSONSchemaType<AppsDocument>,
    create: () => ({ apps: [] }),
  });
}
