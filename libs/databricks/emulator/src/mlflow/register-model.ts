import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metastore } from '../unity-catalog/metastore';
import { findVersion, modelDetailsOf } from '../unity-catalog/model-details';
import { RegisteredModels } from '../unity-catalog/registered-models';
import type { Securable } from '../unity-catalog/securables';
import { fieldsOf } from '../serving/models/read-signature';
import type { Runs } from './runs';

/** A version of a model whose files lie in a folder: `MLmodel` and what it names. */
export interface ModelToRegister {
  readonly folder: string;
  readonly version: number;
  readonly comment?: string;
  /** A name for this version. */
  readonly alias?: string;
  /** What the registered model says of itself when it is made. */
  readonly modelComment?: string;
  /** The training it came from. */
  readonly run?: {
    readonly runId: string;
    readonly params: Readonly<Record<string, string | number>>;
    readonly metrics: Readonly<Record<string, number>>;
  };
}

/** Versions count up: there is another one of this number, or one below it is missing. */
export class ModelVersionTaken extends Error {
  override readonly name = 'ModelVersionTaken';
}

/** Of everything that is registered here without an experiment of its own. */
const EXPERIMENT = '1';

/**
 * Registers a version of a model with its run, alias and a copy of its files. May be cut off and called again: a version is
 * READY once it is whole. Changes nothing when it is. Throws `ModelVersionTaken`.
 */
export async function registerModel(
  { metastore, runs }: { readonly metastore: Metastore; readonly runs: Runs },
  fullName: string,
  asked: ModelToRegister,
): Promise<void> {
  const comment = asked.modelComment ?? '';
  const model = metastore.find('MODEL', fullName) ?? (await metastore.create('MODEL', fullName, { comment }));
  const models = new RegisteredModels(metastore);
  const existing = findVersion(model, asked.version);
  if (existing?.status === 'READY') return;
  const { run, version } = asked;
  const { nextVersion } = modelDetailsOf(model);
  if (existing === undefined && nextVersion !== version) {
    throw new ModelVersionTaken(`${fullName} has no place for version ${version}: the next one is ${nextVersion}`);
  }
  if (run !== undefined) await addRun(runs, model, run, asked);
  if (existing === undefined) {
    const source = run === undefined ? 'local' : `${artifactUri(EXPERIMENT, run.runId)}/model`;
    const described = { source, comment: asked.comment ?? '', status: 'PENDING_REGISTRATION' } as const;
    await models.add(model, { ...described, ...(run !== undefined && { runId: run.runId }) }, model.owner);
  }
  await cp(asked.folder, models.directoryOf(model, version), { recursive: true });
  if (asked.alias !== undefined) await models.setAlias(model, asked.alias, version, model.owner);
  await models.update(model, version, { status: 'READY' }, model.owner);
}

/** Where the platform would keep the artifacts of a run. */
export function artifactUri(experimentId: string, runId: string): string {
  return `dbfs:/databricks/mlflow-tracking/${experimentId}/${runId}/artifacts`;
}

async function addRun(
  runs: Runs,
  model: Securable,
  { runId, params, metrics }: NonNullable<ModelToRegister['run']>,
  { folder, version }: ModelToRegister,
): Promise<void> {
  const now = Date.now();
  const runName = `${model.fullName.split('.').at(-1) ?? ''}-${version}`;
  const tags = {
    'mlflow.runName': runName,
    'mlflow.user': model.owner,
    'mlflow.source.type': 'LOCAL',
    'mlflow.log-model.history': JSON.stringify([await loggedModel(runId, folder)]),
  };
  await runs.add(
    {
      ...{ runId, runName, experimentId: EXPERIMENT, userName: model.owner, startTime: now, endTime: now },
      params: Object.entries(params).map(([key, value]) => ({ key, value: String(value) })),
      metrics: Object.entries(metrics).map(([key, value]) => ({ key, value })),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    },
    folder,
  );
}

/** What MLflow writes down about a model when it is logged: its MLmodel file as JSON. */
async function loggedModel(runId: string, folder: string): Promise<object> {
  const { parse } = await import('yaml');
  const description = fieldsOf(parse(await readFile(join(folder, 'MLmodel'), 'utf8')), 'MLmodel');
  return { ...description, run_id: runId, artifact_path: 'model' };
}
