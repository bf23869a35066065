import { join } from 'node:path';
import type { ServingTask } from '@lakescope/databricks-wire';
import { JsonDocument } from '../state/json-document';

/** A model of another provider behind an endpoint; who holds the file of the state holds its key. */
export interface StoredExternalModel {
  provider: string;
  task: ServingTask;
  baseUrl: string;
  /** `{{secrets/scope/key}}`, read with the rights of the endpoint's creator at each call. */
  keyReference?: string;
  plaintextKey?: string;
}

/** A model behind an endpoint. */
export interface StoredEntity {
  name: string;
  kind: 'foundation' | 'external' | 'custom';
  /** Full name of a registered model, `system.ai.…`, or the name the other provider knows it by. */
  entityName: string;
  entityVersion?: string;
  external?: StoredExternalModel;
  workloadSize?: string;
  workloadType?: string;
  scaleToZero: boolean;
  environment?: Record<string, string>;
  creator: string;
  createdAt: number;
}

export interface StoredConfig {
  version: number;
  startedAt: number;
  entities: StoredEntity[];
  routes: { entity: string; percentage: number }[];
}

export type RateLimitKey = 'user' | 'endpoint' | 'user_group' | 'service_principal';

/** How much in a minute; `principal` narrows it to one of its kind. */
export interface StoredRateLimit {
  key: RateLimitKey;
  calls?: number;
  tokens?: number;
  principal?: string;
}

/** Times are milliseconds since the epoch. */
export interface StoredEndpoint {
  id: string;
  name: string;
  description: string;
  creator: string;
  createdAt: number;
  updatedAt: number;
  routeOptimized: boolean;
  tags: { key: string; value: string }[];
  rateLimits: StoredRateLimit[];
  usageTracking: boolean;
  /** What answers requests; missing until the first configuration has been deployed. */
  config?: StoredConfig;
  /** What is being deployed, or what could not be. */
  pending?: StoredConfig;
  /** Why the pending configuration failed, by entity. Missing while it is being deployed. */
  failures?: Record<string, string>;
}

export interface ServingDocument {
  endpoints: StoredEndpoint[];
}

const text = { type: 'string' } as const;
const count = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;
const maybeText = { ...text, nullable: true } as const;
const maybeCount = { ...count, nullable: true } as const;
const texts = {
  type: 'object',
  required: [],
  additionalProperties: text,
  nullable: true,
} as const;

const entity = {
  type: 'object',
  required: ['name', 'kind', 'entityName', 'scaleToZero', 'creator', 'createdAt'],
  properties: {
    name: text,
    kind: { type: 'string', enum: ['foundation', 'external', 'custom'] },
    entityName: text,
    entityVersion: maybeText,
    external: {
      type: 'object',
      nullable: true,
      required: ['provider', 'task', 'baseUrl'],
      properties: {
        provider: text,
        task: {
          type: 'string',
          enum: ['llm/v1/chat', 'llm/v1/completions', 'llm/v1/embeddings', 'agent/v1/responses', 'agent/v2/chat'],
        },
        baseUrl: text,
        keyReference: maybeText,
        plaintextKey: maybeText,
      },
    },
    workloadSize: maybeText,
    workloadType: maybeText,
    scaleToZero: flag,
    environment: texts,
    creator: text,
    createdAt: count,
  },
} as const;

const config = {
  type: 'object',
  nullable: true,
  required: ['version', 'startedAt', 'entities', 'routes'],
  properties: {
    version: count,
    startedAt: count,
    entities: { type: 'array', items: entity },
    routes: {
      type: 'array',
      items: { type: 'object', required: ['entity', 'percentage'], properties: { entity: text, percentage: count } },
    },
  },
} as const;

export function openServingDocument(stateDirectory: string): Promise<JsonDocument<ServingDocument>> {
  return JsonDocument.open<ServingDocument>(join(stateDirectory, 'workspace', 'serving-endpoints.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['endpoints'],
      properties: {
        endpoints: {
          type: 'array',
          items: {
            type: 'object',
            required: [
              'id',
              'name',
              'description',
              'creator',
              'createdAt',
              'updatedAt',
              'routeOptimized',
              'tags',
              'rateLimits',
              'usageTracking',
            ],
            properties: {
              id: text,
              name: text,
              description: text,
              creator: text,
              createdAt: count,
              updatedAt: count,
              routeOptimized: flag,
              usageTracking: flag,
              tags: {
                type: 'array',
                items: { type: 'object', required: ['key', 'value'], properties: { key: text, value: text } },
              },
              rateLimits: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['key'],
                  properties: {
                    key: { type: 'string', enum: ['user', 'endpoint', 'user_group', 'service_principal'] },
                    calls: maybeCount,
                    tokens: maybeCount,
                    principal: maybeText,
                  },
                },
              },
              config,
              pending: config,
              failures: texts,
            },
          },
        },
      },
    },
    create: () => ({ endpoints: [] }),
  });
}
