import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metastore } from './metastore';
import { findVersion, modelDetailsOf, type ModelDetails, type ModelVersion } from './model-details';
import type { Securable } from './securables';

/** What a new version may say about itself. */
export interface NewModelVersion {
  readonly source: string;
  readonly runId?: string;
  readonly comment?: string;
  readonly status: ModelVersion['status'];
}

/** Versions and aliases of registered models. Each change is one of the model, so it is kept whole or not at all. */
export class RegisteredModels {
  constructor(private readonly metastore: Metastore) {}

  /** Its files go into the folder that `directoryOf` answers, which is there. */
  async add(model: Securable, version: NewModelVersion, createdBy: string): Promise<ModelVersion> {
    const now = Date.now();
    const said = { createdAt: now, createdBy, updatedAt: now, updatedBy: createdBy, comment: '', id: randomUUID() };
    let made: ModelVersion = { ...said, ...version, version: 0 };
    const written = this.change(model, createdBy, (details) => {
      made = { ...made, version: details.nextVersion };
      return { ...details, nextVersion: made.version + 1, versions: [...details.versions, made] };
    });
    await mkdir(this.directoryOf(model, made.version), { recursive: true });
    await written;
    return made;
  }

  /** Undefined: the version is gone. */
  async update(
    model: Securable,
    version: number,
    change: Partial<Pick<ModelVersion, 'comment' | 'status'>>,
    updatedBy: string,
  ): Promise<ModelVersion | undefined> {
    await this.change(model, updatedBy, (details) => ({
      ...details,
      versions: details.versions.map((one) =>
        one.version === version ? { ...one, ...change, updatedAt: Date.now(), updatedBy } : one,
      ),
    }));
    return findVersion(this.latest(model), version);
  }

  /** With the aliases that name it, and its files. */
  async remove(model: Securable, version: number, by: string): Promise<void> {
    await this.change(model, by, (details) => ({
      ...details,
      versions: details.versions.filter((one) => one.version !== version),
      aliases: details.aliases.filter((alias) => alias.version !== version),
    }));
    await rm(this.directoryOf(model, version), { recursive: true, force: true });
  }

  /** Makes the alias name this version, or none. */
  async setAlias(model: Securable, name: string, version: number | undefined, by: string): Promise<void> {
    await this.change(model, by, (details) => {
      const others = details.aliases.filter((alias) => alias.name !== name);
      return { ...details, aliases: version === undefined ? others : [...others, { name, version }] };
    });
  }

  directoryOf(model: Securable, version: number): string {
    return join(this.metastore.places.ofModel(model.id), String(version));
  }

  /** The newest state is changed, in one step: nothing is awaited between reading and writing it. */
  private change(model: Securable, by: string, change: (details: ModelDetails) => ModelDetails): Promise<unknown> {
    const latest = this.latest(model);
    return this.metastore.update(latest, { details: JSON.stringify(change(modelDetailsOf(latest))) }, by);
  }

  private latest(model: Securable): Securable {
    return this.metastore.findById(model.id) ?? model;
  }
}
