import type { LocalWorkspace } from '@lakescope/databricks-emulator';

type CreateEndpoint = LocalWorkspace['createServingEndpoint'];

/** A serving endpoint of the demo lake, and the groups that may do something with it. */
export interface DemoEndpoint {
  readonly request: Parameters<CreateEndpoint>[0];
  readonly access: NonNullable<Parameters<CreateEndpoint>[1]>;
}

export const DEMO_TAGS = [{ key: 'lakescope', value: 'demo' }];

/** Models the workspace has by itself; each says of itself that it is no real one. */
export const demoEndpoints: readonly DemoEndpoint[] = [
  {
    request: {
      name: 'lake-chat',
      description: 'A local demo model: answers the same words to the same messages',
      tags: DEMO_TAGS,
      config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-chat' } }] },
    },
    access: { CAN_QUERY: ['analysts', 'engineers'] },
  },
  {
    request: {
      name: 'lake-agent',
      description: 'A local demo agent: counts words with a tool, and answers the same words to the same input',
      tags: DEMO_TAGS,
      config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-agent' } }] },
    },
    access: { CAN_QUERY: ['analysts', 'engineers'] },
  },
  {
    request: {
      name: 'lake-embeddings',
      description: 'A local demo model: unit vectors of hashed words',
      tags: DEMO_TAGS,
      config: { served_entities: [{ foundation_model: { name: 'system.ai.lakescope-local-embeddings' } }] },
    },
    access: { CAN_QUERY: ['analysts', 'engineers'] },
  },
];
