import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStack } from '@lakescope/server-testing';

const MLMODEL = `
flavors: {lakescope_local: {data: model.json}}
signature:
  inputs: '[{"type":"double","name":"miles"},{"type":"string","name":"carrier","required":false}]'
  outputs: '[{"type":"double"}]'
`;
const LINE = {
  format: 'lakescope_local',
  format_version: 1,
  kind: 'linear_regression',
  features: [{ column: 'miles', as: 'number', missing: 0 }],
  intercept: 1,
  coefficients: [2],
};

/** What a small request to it looks like: two rows. */
export const LINE_INPUTS = {
  dataframe_records: [
    { miles: 950, carrier: 'AA' },
    { miles: 210.5, carrier: 'UA' },
  ],
};

/** The smallest model of one's own there can be, and an endpoint `line` that the analyst may ask: what it costs is what lies around it. */
export async function serveLine({ workspace }: LocalStack): Promise<void> {
  await workspace.createCatalog('bench');
  await workspace.createSchema('bench', 'models');
  const { directory, version } = await workspace.createModelVersion('bench.models.line');
  await writeFile(join(directory, 'MLmodel'), MLMODEL);
  await writeFile(join(directory, 'model.json'), JSON.stringify(LINE));
  const { userName } = workspace.personas.analyst;
  await workspace.grant('CATALOG', 'bench', userName, ['USE_CATALOG', 'USE_SCHEMA', 'EXECUTE']);
  await workspace.createServingEndpoint(
    {
      name: 'line',
      config: { served_entities: [{ entity_name: 'bench.models.line', entity_version: String(version) }] },
    },
    { CAN_QUERY: ['analyst'] },
  );
}

/** An endpoint `chat` of the workspace's own language model, which the analyst may ask. */
export async function serveChat({ workspace }: LocalStack): Promise<void> {
  await workspace.createServingEndpoint(
    { name: 'chat', config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] } },
    { CAN_QUERY: ['analyst'] },
  );
}
