import { DatabricksClients, PlatformError, type VolumeInfo } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { VolumeCreationDenied } from './operations.errors';

export interface VolumeName {
  readonly catalog: string;
  readonly schema: string;
  readonly volume: string;
}

/** Sees to it that a managed volume is there, as the caller. */
@Injectable()
export class VolumeCreation {
  constructor(private readonly databricks: DatabricksClients) {}

  async ensure(
    caller: UserCaller,
    name: VolumeName,
    signal: AbortSignal,
    comment?: string,
  ): Promise<{ volume: VolumeInfo; created: boolean }> {
    const found = await this.find(caller, name, signal);
    if (found !== undefined) return { volume: found, created: false };
    const { catalog, schema, volume } = name;
    try {
      const options = { signal, ...(comment === undefined ? {} : { comment }) };
      const created = await this.databricks.asUser(caller).unityCatalog.createVolume(catalog, schema, volume, options);
      return { volume: created, created: true };
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
      if (error.kind === 'permission_denied') {
        throw new VolumeCreationDenied([catalog, schema, volume], caller.userId, error);
      }
      if (error.kind !== 'already_exists' && error.kind !== 'conflict') throw error;
      // Somebody else was quicker.
      const meanwhile = await this.find(caller, name, signal);
      if (meanwhile === undefined) throw error;
      return { volume: meanwhile, created: false };
    }
  }

  /** Undefined when it is not there. What the caller may not see is refused on some levels and not there on others. */
  private async find(
    caller: UserCaller,
    { catalog, schema, volume }: VolumeName,
    signal: AbortSignal,
  ): Promise<VolumeInfo | undefined> {
    try {
      return await this.databricks.asUser(caller).unityCatalog.getVolume(`${catalog}.${schema}.${volume}`, { signal });
    } catch (error) {
      if (error instanceof PlatformError && error.kind === 'not_found') return undefined;
      throw error;
    }
  }
}
