import { DatabricksClients } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { CatalogBrowser } from '../browse/catalog-browser';
import { VolumeDirectory } from '../files/volume-directory';
import { VolumeDto } from '../browse/volume.dto';
import { FileOperations } from './file-operations';
import type { EnsureVolumeOperation, Operation } from './operation.dto';
import { DirectoryContentsDto, IdentityDto, type EnsuredVolumeDto, type OperationAnswer } from './operation-answer.dto';
import { VolumeCreation } from './volume-creation';

/**
 * What other services may have done in the workspace, each operation as the caller: the token travels with the caller as a parameter
 * and is kept nowhere, so nothing of one request is left for the next.
 */
@Injectable()
export class WorkspaceOperations {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly browser: CatalogBrowser,
    private readonly directory: VolumeDirectory,
    private readonly files: FileOperations,
    private readonly volumes: VolumeCreation,
  ) {}

  async run(caller: UserCaller, operation: Operation, signal: AbortSignal): Promise<OperationAnswer> {
    switch (operation.op) {
      case 'me': {
        // Not what the guard remembers of the caller: whoever asks here wants to know what the workspace says now.
        const me = await this.databricks.asUser(caller).currentUser.me({ signal });
        return { op: operation.op, result: IdentityDto.from(me) };
      }
      case 'list_catalogs':
        return { op: operation.op, result: await this.browser.listCatalogs(caller, operation, signal) };
      case 'list_schemas':
        return { op: operation.op, result: await this.browser.listSchemas(caller, operation, signal) };
      case 'list_volumes':
        return { op: operation.op, result: await this.browser.listVolumes(caller, operation, signal) };
      case 'ensure_volume':
        return { op: operation.op, result: await this.ensureVolume(caller, operation, signal) };
      case 'create_directory':
        return { op: operation.op, result: await this.files.createDirectory(caller, operation, signal) };
      case 'list_directory': {
        const page = await this.directory.list(caller, operation, signal);
        return { op: operation.op, result: DirectoryContentsDto.from(page) };
      }
      case 'read_file':
        return { op: operation.op, result: await this.files.read(caller, operation, signal) };
      case 'write_file':
        return { op: operation.op, result: await this.files.write(caller, operation, signal) };
    }
  }

  private async ensureVolume(
    caller: UserCaller,
    operation: EnsureVolumeOperation,
    signal: AbortSignal,
  ): Promise<EnsuredVolumeDto> {
    const { volume, created } = await this.volumes.ensure(caller, operation, signal, operation.comment);
    return { ...VolumeDto.from(volume), created };
  }
}
