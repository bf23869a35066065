import { join } from 'node:path';
import { JsonDocument } from '../state/json-document';

/** What is known of the training of a model. Times are epoch milliseconds. */
export interface StoredRun {
  runId: string;
  runName: string;
  experimentId: string;
  userName: string;
  startTime: number;
  endTime: number;
  params: { key: string; value: string }[];
  metrics: { key: string; value: number }[];
  tags: { key: string; value: string }[];
}

export interface RunDocument {
  runs: StoredRun[];
}

const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const pairs = {
  type: 'array',
  items: { type: 'object', required: ['key', 'value'], properties: { key: text, value: text } },
} as const;

export function openRunDocument(stateDirectory: string): Promise<JsonDocument<RunDocument>> {
  return JsonDocument.open<RunDocument>(join(stateDirectory, 'workspace', 'mlflow-runs.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['runs'],
      properties: {
        runs: {
          type: 'array',
          items: {
            type: 'object',
            required: [
              'runId',
              'runName',
              'experimentId',
              'userName',
              'startTime',
              'endTime',
              'params',
              'metrics',
              'tags',
            ],
            properties: {
              ...{ runId: text, runName: text, experimentId: text, userName: text },
              ...{ startTime: integer, endTime: integer, params: pairs, tags: pairs },
              metrics: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['key', 'value'],
                  properties: { key: text, value: { type: 'number' } },
                },
              },
            },
          },
        },
      },
    },
    create: () => ({ runs: [] }),
  });
}
