import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { VolumeFiles } from '../files/volume-files';
import type { JsonDocument } from '../state/json-document';
import { openRunDocument, type RunDocument, type StoredRun } from './run-document';

/** MLflow runs, and the folders of their artifacts. Nothing here starts a run: they are written down when they are over. */
export class Runs {
  private constructor(
    private readonly document: JsonDocument<RunDocument>,
    private readonly folder: string,
  ) {}

  static async open(stateDirectory: string): Promise<Runs> {
    return new Runs(await openRunDocument(stateDirectory), join(stateDirectory, 'mlflow'));
  }

  find(runId: string): StoredRun | undefined {
    return this.document.read().runs.find((run) => run.runId === runId);
  }

  /** With a copy of the model's folder as the artifact `model`. Changes nothing when the run is there. */
  async add(run: StoredRun, modelFolder: string): Promise<void> {
    if (this.find(run.runId) !== undefined) return;
    await cp(modelFolder, join(this.artifactFolder(run.runId), 'model'), { recursive: true });
    // The artifacts first: a run that is there has them.
    const { runs } = this.document.read();
    await this.document.write({ runs: [...runs, run] });
  }

  /** Undefined: there is no such run, or it has no artifacts. */
  async artifacts(runId: string): Promise<VolumeFiles | undefined> {
    return this.find(runId) === undefined ? undefined : VolumeFiles.at(this.artifactFolder(runId));
  }

  settle(): Promise<void> {
    return this.document.settle();
  }

  private artifactFolder(runId: string): string {
    return join(this.folder, runId, 'artifacts');
  }
}
