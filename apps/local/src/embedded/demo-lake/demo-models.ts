import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import { DEMO_TAGS, type DemoEndpoint } from './demo-endpoints';

/** A version of a model of the demo lake, trained by `npm run models`. */
interface DemoModel {
  readonly name: string;
  readonly version: number;
  readonly alias: string;
  readonly modelComment: string;
}

const FLIGHT_DELAY = { name: 'flight_delay', modelComment: 'How many minutes a flight is late' };

export const demoModels: readonly DemoModel[] = [
  { ...FLIGHT_DELAY, version: 1, alias: 'baseline' },
  { ...FLIGHT_DELAY, version: 2, alias: 'champion' },
  { name: 'weather_type', modelComment: 'The kind of weather of a day', version: 1, alias: 'champion' },
];

/** The endpoints in front of them. */
export const demoModelEndpoints: readonly DemoEndpoint[] = [
  {
    request: {
      name: 'flight-delay',
      description: 'Minutes a flight is late: a line for one request in five, trees for the others',
      tags: DEMO_TAGS,
      config: {
        served_entities: [entity('flight_delay', 1), entity('flight_delay', 2)],
        traffic_config: {
          routes: [
            { served_entity_name: 'flight-delay-1', traffic_percentage: 20 },
            { served_entity_name: 'flight-delay-2', traffic_percentage: 80 },
          ],
        },
      },
    },
    access: { CAN_QUERY: ['analysts', 'engineers'] },
  },
  {
    request: {
      name: 'weather-type',
      description: 'The kind of weather of a day; scales to zero, so that a first request has to wait',
      tags: DEMO_TAGS,
      config: { served_entities: [{ ...entity('weather_type', 1), scale_to_zero_enabled: true }] },
    },
    access: { CAN_VIEW: ['analysts'], CAN_QUERY: ['engineers'] },
  },
];

/** Changes nothing of those that are there. */
export async function registerDemoModels(workspace: Pick<LocalWorkspace, 'registerModel'>): Promise<void> {
  for (const { name, ...model } of demoModels) {
    const folder = join(modelsFolder, name, String(model.version));
    const { comment, run_id: runId, params, metrics } = await runOf(folder);
    const run = { runId, params, metrics };
    await workspace.registerModel(`demo.models.${name}`, { ...model, folder, comment, run });
  }
}

/** Beside this file, and, where the launcher is one file, beside that. */
const modelsFolder = join(__dirname, 'models');

/** What the training has written of itself; it lies in this checkout and not in the state folder. */
async function runOf(folder: string) {
  return JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as {
    readonly run_id: string;
    readonly comment: string;
    readonly params: Readonly<Record<string, string | number>>;
    readonly metrics: Readonly<Record<string, number>>;
  };
}

function entity(model: string, version: number) {
  return {
    name: `${model.replace('_', '-')}-${version}`,
    entity_name: `demo.models.${model}`,
    entity_version: String(version),
    workload_size: 'Small',
    workload_type: 'CPU',
    scale_to_zero_enabled: false,
  };
}
