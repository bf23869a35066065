import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestApi } from './test-api';

/** What a language model is asked; tests of other things need no more of an answer. */
export const CHAT = { inputs: { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 1 } };

const MLMODEL = `
flavors: {lakescope_local: {data: model.json}}
signature:
  inputs: '[{"type":"double","name":"miles"}]'
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

/** A chat and a model of the workspace, which the analyst may ask. */
export async function givenEndpoints({ stack: { workspace } }: TestApi): Promise<void> {
  const access = { CAN_QUERY: ['analyst'] };
  await workspace.createServingEndpoint(
    { name: 'chat', config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] } },
    access,
  );
  await workspace.createCatalog('ml');
  await workspace.createSchema('ml', 'models');
  const { directory } = await workspace.createModelVersion('ml.models.line');
  await writeFile(join(directory, 'MLmodel'), MLMODEL);
  await writeFile(join(directory, 'model.json'), JSON.stringify(LINE));
  await workspace.createServingEndpoint(
    { name: 'line', config: { served_entities: [{ entity_name: 'ml.models.line', entity_version: '1' }] } },
    access,
  );
}

/** The one of the two that has what a path asks for: only models of the workspace have logs, only a chat streams. */
export function endpointFor(path: string): string {
  return /\/(?:stream|invocations)$/.test(path) ? 'chat' : 'line';
}
