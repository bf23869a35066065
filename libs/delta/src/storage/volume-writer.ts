import { AlreadyExists, WriteOutcomeUnknown } from '../errors';
import { LOG_DIRECTORY } from '../log/log-listing';
import { joinPath } from './storage-path';
import { platformFault } from './volume-faults';
import { VolumeLease } from './volume-lease';
import { VolumeStorage, type VolumeFiles } from './volume-storage';

/** The part of a Databricks Files API client that writing needs. Missing folders are made by an upload. */
export interface WritableVolumeFiles extends VolumeFiles {
  /** With `overwrite: false` a file that is there fails the call as `already_exists` or `conflict`, or with status 409. */
  upload(path: string, bytes: Uint8Array, options: { overwrite: boolean; signal?: AbortSignal }): Promise<void>;
  deleteFile(path: string): Promise<void>;
}

/** Who writes, and for how long others are kept out when it falls silent. */
export interface VolumeWriterOptions {
  /** Who writes, for the message others get meanwhile. */
  writer: string;
  /** Milliseconds the lease lasts from one write to the next. Default: two minutes. */
  leaseMs?: number;
  /** Milliseconds to wait before a new lease is believed. Default: a second. */
  settleMs?: number;
}

/**
 * A folder of a volume with the right to write: one writer per table at a time. The Files API documents no atomic create, so two writers at
 * once could lose or double a commit; a lease in the log keeps the second one out, by the name TableLeased.
 */
export class VolumeWriter extends VolumeStorage {
  private constructor(
    private readonly writable: WritableVolumeFiles,
    root: string,
    private readonly lease: VolumeLease,
  ) {
    super(writable, root);
  }

  /** TableLeased while another writer has the table. */
  static async open(files: WritableVolumeFiles, root: string, options: VolumeWriterOptions): Promise<VolumeWriter> {
    const place = new VolumeStorage(files, root);
    const path = joinPath(place.location, LOG_DIRECTORY, '_writer.lease');
    const lease = await VolumeLease.take(files, path, options);
    return new VolumeWriter(files, root, lease);
  }

  /** Gives the lease back; nothing can be written after it. */
  async close(): Promise<void> {
    await this.lease.release();
  }

  override async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    const absolute = this.absolute(path);
    await this.lease.renew();
    // Looked at first, because a refusal of the platform may come after it has read all of the bytes.
    if ((await this.head(path)) !== undefined) throw new AlreadyExists(absolute);
    try {
      await this.writable.upload(absolute, bytes, { overwrite: false, signal: this.lease.signal() });
    } catch (error) {
      const fault = platformFault(error);
      if (fault === 'refused') throw error;
      // The lease keeps others out, so what is there is what was sent, or from somebody who did not ask for the lease.
      const there = await this.read(path).catch(() => undefined);
      if (there !== undefined && Buffer.from(bytes).equals(there)) return;
      if (there !== undefined || fault === 'exists') throw new AlreadyExists(absolute, { cause: error });
      throw new WriteOutcomeUnknown(absolute, { cause: error });
    }
  }

  override async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.lease.renew();
    await this.writable.upload(this.absolute(path), bytes, { overwrite: true, signal: this.lease.signal() });
  }
}
