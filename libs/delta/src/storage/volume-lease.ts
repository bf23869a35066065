import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { InvalidRequest, TableLeased } from '../errors';
import { asNumber, asRecord, asText, parseJson } from '../json/lossless-json';
import { platformFault } from './volume-faults';
import type { VolumeWriterOptions, WritableVolumeFiles } from './volume-writer';

const LEASE_MS = 120_000;
const SETTLE_MS = 1_000;
/** How far two clocks may be apart: a lease of others counts for so much longer than it says. */
const CLOCK_GRACE_MS = 30_000;
/** Renewed when less than this part of it is left. */
const RENEWED_BELOW = 0.5;

interface LeaseFile {
  /** Of one `take`, so that two writers of one name are told apart. */
  id: string;
  writer: string;
  /** Epoch milliseconds of the writer's clock. */
  expiresAt: number;
}

/**
 * A file that says who may write until when. Nothing about it is atomic on the platform, so it is written, waited for, and read again: of two
 * who take it in the same moment, only the one whose file is there after the wait has it.
 */
export class VolumeLease {
  private expiresAt: number;

  private constructor(
    private readonly files: WritableVolumeFiles,
    private readonly path: string,
    private readonly id: string,
    private readonly options: Required<VolumeWriterOptions>,
    expiresAt: number,
  ) {
    this.expiresAt = expiresAt;
  }

  /** TableLeased while another writer has it. */
  static async take(
    files: WritableVolumeFiles,
    path: string,
    { writer, leaseMs = LEASE_MS, settleMs = SETTLE_MS }: VolumeWriterOptions,
  ): Promise<VolumeLease> {
    if (writer.trim() === '') throw new InvalidRequest('A writer needs a name, which others are told');
    const there = await readLease(files, path);
    const isFree = there === undefined || there.expiresAt + CLOCK_GRACE_MS < Date.now();
    if (!isFree) throw new TableLeased(path, there.writer, new Date(there.expiresAt));
    const id = randomUUID();
    const lease = new VolumeLease(files, path, id, { writer, leaseMs, settleMs }, 0);
    await lease.write(there !== undefined);
    await delay(settleMs);
    await lease.mustBeOurs();
    return lease;
  }

  /** Before every write: TableLeased when the lease has been lost, because it ran out and somebody else took it. */
  async renew(): Promise<void> {
    if (this.expiresAt - Date.now() > this.options.leaseMs * RENEWED_BELOW) return;
    await this.mustBeOurs();
    await this.write(true);
  }

  /** Ends what is being written when the lease does: after that it is somebody else's table. */
  signal(): AbortSignal {
    return AbortSignal.timeout(Math.max(1, this.expiresAt - Date.now()));
  }

  async release(): Promise<void> {
    this.expiresAt = 0;
    const there = await readLease(this.files, this.path);
    if (there?.id !== this.id) return;
    await this.files.deleteFile(this.path).catch((error: unknown) => {
      if (platformFault(error) !== 'missing') throw error;
    });
  }

  private async write(overwrite: boolean): Promise<void> {
    const expiresAt = Date.now() + this.options.leaseMs;
    const file: LeaseFile = { id: this.id, writer: this.options.writer, expiresAt };
    try {
      await this.files.upload(this.path, Buffer.from(JSON.stringify(file)), { overwrite });
    } catch (error) {
      if (platformFault(error) !== 'exists') throw error;
      await this.mustBeOurs();
    }
    this.expiresAt = expiresAt;
  }

  private async mustBeOurs(): Promise<void> {
    const there = await readLease(this.files, this.path);
    if (there?.id === this.id) return;
    throw new TableLeased(this.path, there?.writer ?? 'nobody', new Date(there?.expiresAt ?? Date.now()));
  }
}

/** A file that cannot be read as a lease is one: of whom, only its age could tell, so it has to be removed by hand. */
async function readLease(files: WritableVolumeFiles, path: string): Promise<LeaseFile | undefined> {
  let text: string;
  try {
    text = Buffer.from(await files.readBytes(path)).toString('utf8');
  } catch (error) {
    if (platformFault(error) === 'missing') return undefined;
    throw error;
  }
  const lease = parsed(text);
  const [id, writer, expiresAt] = [asText(lease?.['id']), asText(lease?.['writer']), asNumber(lease?.['expiresAt'])];
  if (id !== undefined && writer !== undefined && expiresAt !== undefined) return { id, writer, expiresAt };
  throw new InvalidRequest(`${path} is no lease of a writer; remove it when nobody writes to the table`);
}

function parsed(text: string): ReturnType<typeof asRecord> {
  try {
    return asRecord(parseJson(text));
  } catch {
    return undefined;
  }
}
