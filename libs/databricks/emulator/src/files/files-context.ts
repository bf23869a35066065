import type { FastifyRequest } from 'fastify';
import { permissionDenied } from '../http/refusals';
import type { Access } from '../identity/access';
import type { Principal } from '../identity/directory';
import type { Lookup } from '../unity-catalog/lookup';
import { findVersion } from '../unity-catalog/model-details';
import { noSuchDirectory } from './files-refusals';
import { VolumeFiles } from './volume-files';
import type { VolumePath } from './volume-path';

/** Where a request leads, once it is known that the caller may go there. */
export interface FilesTarget extends VolumePath {
  readonly files: VolumeFiles;
}

/** Decides by token and grants which files a request may touch. */
export class FilesContext {
  constructor(
    private readonly access: Access,
    private readonly lookup: Lookup,
  ) {}

  /** For reading; `files` is undefined when there is no folder behind the volume. */
  async readable(
    request: FastifyRequest,
    path: () => VolumePath | Promise<VolumePath>,
  ): Promise<VolumePath & { readonly files: VolumeFiles | undefined }> {
    const caller = await this.access.caller(request, 'files');
    const target = await path();
    if (target.root === 'Models') return { ...target, files: await this.modelFiles(caller, target) };
    const volume = this.lookup.require(caller, 'VOLUME', target.volume);
    return { ...target, files: await VolumeFiles.at(this.lookup.metastore.directoryOf(volume).directory) };
  }

  /** For writing: WRITE VOLUME on the volume, and the right to use what it lies in. Mounts take nothing from anybody. */
  async writable(request: FastifyRequest, path: () => VolumePath | Promise<VolumePath>): Promise<FilesTarget> {
    const caller = await this.access.caller(request, 'files');
    const target = await path();
    if (target.root === 'Models') throw permissionDenied('Versions of registered models are not written by this API.');
    // The parents first, so that somebody without rights on them does not learn what they hold.
    this.lookup.require(caller, 'SCHEMA', target.volume.split('.').slice(0, 2).join('.'));
    const volume = this.lookup.existing('VOLUME', target.volume);
    const { directory, readOnly } = this.lookup.metastore.directoryOf(volume);
    if (readOnly) {
      this.lookup.require(caller, 'VOLUME', target.volume);
      throw permissionDenied(`Volume '${target.volume}' is read-only.`);
    }
    this.lookup.rights.requireOn(caller, 'WRITE_VOLUME', volume);
    const files = await VolumeFiles.at(directory);
    if (files === undefined) throw noSuchDirectory();
    return { ...target, files };
  }

  /** Of a version that is there; whoever may execute the model may read it. */
  private async modelFiles(caller: Principal, { volume, segments }: VolumePath): Promise<VolumeFiles | undefined> {
    const model = this.lookup.require(caller, 'MODEL', volume);
    const [version = ''] = segments;
    if (findVersion(model, Number(version)) === undefined) return undefined;
    return VolumeFiles.at(this.lookup.metastore.places.ofModel(model.id));
  }
}
