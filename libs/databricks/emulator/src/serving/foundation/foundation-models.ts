import type { ServingTask } from '@lakescope/databricks-wire';
import type { GenerationTimes, LoadedModel } from '../served-model';
import { agentModel } from './agent-model';
import { chatModel } from './chat-model';
import { completionsModel } from './completions-model';
import { embeddingsModel } from './embeddings-model';

/** A model that the workspace has by itself, as the platform has its pay-per-token models. */
export interface FoundationModel {
  readonly task: ServingTask;
  readonly displayName: string;
  readonly description: string;
  readonly docs: string;
  load(times: GenerationTimes): LoadedModel;
}

const DOCS = 'docs/local-development.md#model-serving';

const MODELS: ReadonlyMap<string, FoundationModel> = new Map([
  [
    'system.ai.lakescope-local-chat',
    {
      task: 'llm/v1/chat',
      displayName: 'Lakescope local chat (demo)',
      description: 'Not a language model: answers the same words to the same messages, for development and tests.',
      docs: DOCS,
      load: chatModel,
    },
  ],
  [
    'system.ai.lakescope-local-agent',
    {
      task: 'agent/v1/responses',
      displayName: 'Lakescope local agent (demo)',
      description:
        'Not a language model: counts words with a tool of its own and says the same words to the same input.',
      docs: DOCS,
      load: agentModel,
    },
  ],
  [
    'system.ai.lakescope-local-completions',
    {
      task: 'llm/v1/completions',
      displayName: 'Lakescope local completions (demo)',
      description: 'Not a language model: continues the same prompt with the same words.',
      docs: DOCS,
      load: completionsModel,
    },
  ],
  [
    'system.ai.lakescope-local-embeddings',
    {
      task: 'llm/v1/embeddings',
      displayName: 'Lakescope local embeddings (demo)',
      description: 'Unit vectors of hashed words and letters: texts with words in common are near each other.',
      docs: DOCS,
      load: embeddingsModel,
    },
  ],
]);

export function foundationModel(name: string): FoundationModel | undefined {
  return MODELS.get(name);
}
