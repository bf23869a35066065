import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { JsonDocument } from '../../state/json-document';

/** A warehouse as the state folder keeps it. Whether it runs is not kept: after a restart every warehouse is cold. */
export interface StoredWarehouse {
  /** 16 hexadecimal digits. */
  id: string;
  name: string;
  creator: string;
  clusterSize: string;
  minClusters: number;
  maxClusters: number;
  autoStopMinutes: number;
  type: 'CLASSIC' | 'PRO';
  serverless: boolean;
  photon: boolean;
  spotInstancePolicy: string;
  channel: string;
  tags: { key: string; value: string }[];
}

export interface WarehousesDocument {
  /** The warehouse the workspace was made with; its id stays, also when the warehouse is deleted. */
  defaultId: string;
  warehouses: StoredWarehouse[];
}

const text = { type: 'string' } as const;
const count = { type: 'integer' } as const;
const flag = { type: 'boolean' } as const;

export function openWarehousesDocument(
  stateDirectory: string,
  creator: string,
): Promise<JsonDocument<WarehousesDocument>> {
  return JsonDocument.open<WarehousesDocument>(join(stateDirectory, 'workspace', 'sql-warehouses.json'), {
    version: 1,
    schema: {
      type: 'object',
      required: ['defaultId', 'warehouses'],
      properties: {
        defaultId: text,
        warehouses: {
          type: 'array',
          items: {
            type: 'object',
            required: [
              'id',
              'name',
              'creator',
              'clusterSize',
              'minClusters',
              'maxClusters',
              'autoStopMinutes',
              'type',
              'serverless',
              'photon',
              'spotInstancePolicy',
              'channel',
              'tags',
            ],
            properties: {
              id: text,
              name: text,
              creator: text,
              clusterSize: text,
              minClusters: count,
              maxClusters: count,
              autoStopMinutes: count,
              type: { type: 'string', enum: ['CLASSIC', 'PRO'] },
              serverless: flag,
              photon: flag,
              spotInstancePolicy: text,
              channel: text,
              tags: {
                type: 'array',
                items: { type: 'object', required: ['key', 'value'], properties: { key: text, value: text } },
              },
            },
          },
        },
      },
    },
    create: () => newWarehouses(creator),
  });
}

export function newWarehouseId(): string {
  return randomBytes(8).toString('hex');
}

function newWarehouses(creator: string): WarehousesDocument {
  const id = newWarehouseId();
  return {
    defaultId: id,
    warehouses: [
      {
        id,
        name: 'Serverless Starter Warehouse',
        creator,
        clusterSize: '2X-Small',
        minClusters: 1,
        maxClusters: 1,
        autoStopMinutes: 10,
        type: 'PRO',
        serverless: true,
        photon: true,
        spotInstancePolicy: 'COST_OPTIMIZED',
        channel: 'CHANNEL_NAME_CURRENT',
        tags: [],
      },
    ],
  };
}
