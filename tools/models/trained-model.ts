import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** A column, tensor or param of a signature, as MLflow writes it. */
type Spec = Readonly<Record<string, unknown>>;

/** What training has made of a model, for `writeModel`. */
export interface TrainedModel {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly file: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Spec[];
  readonly outputs: readonly Spec[];
  readonly params?: readonly Spec[];
  /** A request that fits the signature. */
  readonly example: { readonly columns: readonly string[]; readonly data: readonly (readonly unknown[])[] };
  readonly settings: Readonly<Record<string, string | number>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** The sections of the model card between its title and its metrics, in Markdown. */
  readonly card: string;
}

/** The folder of a version, as MLflow lays it out: MLmodel, the model, examples, the card, and what is known of the run. */
export function writeModel(folder: string, model: TrainedModel): void {
  const target = join(folder, model.name, String(model.version));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(target, name), text);
  const data = `${JSON.stringify(model.file)}\n`;
  // The same model has the same run, on whatever machine it is trained.
  const digest = createHash('sha256').update(`${model.name}/${model.version}\n${data}`).digest('hex');
  const runId = digest.slice(0, 32);
  const signature = {
    inputs: JSON.stringify(model.inputs),
    outputs: JSON.stringify(model.outputs),
    params: model.params === undefined ? null : JSON.stringify(model.params),
  };
  const description = {
    artifact_path: 'model',
    flavors: { lakescope_local: { data: 'model.json', format_version: 1, kind: model.file['kind'] } },
    model_size_bytes: Buffer.byteLength(data),
    model_uuid: digest.slice(32),
    run_id: runId,
    saved_input_example_info: {
      artifact_path: 'input_example.json',
      pandas_orient: 'split',
      serving_input_path: 'serving_input_example.json',
      type: 'dataframe',
    },
    signature,
  };
  write('model.json', data);
  write('MLmodel', stringify(description, { lineWidth: 0, defaultStringType: 'PLAIN' }));
  write('input_example.json', `${JSON.stringify(model.example)}\n`);
  write('serving_input_example.json', `${JSON.stringify({ dataframe_split: model.example })}\n`);
  write('README.md', cardOf(model));
  const { description: comment, settings: params, metrics } = model;
  write('run.json', `${JSON.stringify({ run_id: runId, comment, params, metrics }, undefined, 2)}\n`);
}

function cardOf({ name, version, description, card, settings, metrics }: TrainedModel): string {
  const table = (head: string, entries: Readonly<Record<string, string | number>>): string =>
    [
      `| ${head} | value |`,
      '| --- | --- |',
      ...Object.entries(entries).map(([key, value]) => `| ${key} | ${value} |`),
    ].join('\n');
  return `# ${name}, version ${version}

${description}

${card.trim()}

## How it was trained

By \`npm run models\`, which gives the same model on every machine.

${table('setting', settings)}

## Metrics

Measured by the training itself, on rows it had not seen.

${table('metric', metrics)}
`;
}
