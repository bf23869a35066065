import { invalidParameter, permissionDenied, ServiceRefusal } from '../http/refusals';
import { ADMINS, type Directory, type Principal } from '../identity/directory';
import type { AccessControl } from '../object-permissions/access-control';
import { JOBS, type ObjectAddress, type PermissionedObject } from '../object-permissions/object-type';
import type { JsonDocument } from '../state/json-document';
import { newNumericId } from '../state/numeric-id';
import { ReadSettings, type RunAs } from './job-settings';
import type { JobsDocument, StoredJob } from './jobs-document';

/** Saved jobs of a workspace (limits of the Jobs API). */
const MOST_JOBS = 12_000;

export type JobLevel = 'CAN_VIEW' | 'CAN_MANAGE_RUN' | 'CAN_MANAGE';

/** The jobs of the workspace and who may do what with them. */
export class JobStore {
  private readonly read = new WeakMap<StoredJob, ReadSettings>();

  constructor(
    private readonly document: JsonDocument<JobsDocument>,
    private readonly access: AccessControl,
    private readonly directory: Directory,
  ) {
    access.register({ ...JOBS, find: (id) => this.permissioned(id) });
  }

  get all(): readonly StoredJob[] {
    return this.document.read().jobs;
  }

  find(id: number): StoredJob | undefined {
    return this.all.find((job) => job.id === id);
  }

  /** Those the caller may see, the newest first. */
  list(caller: Principal): readonly StoredJob[] {
    return this.all.filter(({ id }) => this.may(caller, id, 'CAN_VIEW')).toReversed();
  }

  /** The job, if the caller may do this with it; otherwise the platform's refusal. */
  require(caller: Principal, id: number, level: JobLevel): StoredJob {
    const job = this.find(id);
    // The older way to say that something is not there; clients know it.
    if (job === undefined) throw invalidParameter(`Job ${id} does not exist.`);
    if (!this.may(caller, id, level)) {
      throw permissionDenied(`User ${caller.name} does not have ${WORDS[level]} permissions on job ${id}`);
    }
    return job;
  }

  may(caller: Principal, id: number, level: JobLevel): boolean {
    return this.access.may(caller, addressOf(id), level);
  }

  settingsOf(job: StoredJob): ReadSettings {
    const known = this.read.get(job);
    if (known !== undefined) return known;
    const settings = ReadSettings.parse(JSON.parse(job.settings));
    this.read.set(job, settings);
    return settings;
  }

  /** User name or application id the job runs as: who was said, or who made it. */
  runAsOf(job: StoredJob): string {
    return this.settingsOf(job).runAs?.name ?? job.creator;
  }

  async create(caller: Principal, body: unknown): Promise<StoredJob> {
    const settings = ReadSettings.parse(body);
    this.refuseRunAs(caller, settings.runAs);
    if (this.all.length >= MOST_JOBS) {
      throw new ServiceRefusal(400, 'QUOTA_EXCEEDED', `The workspace has reached the limit of ${MOST_JOBS} jobs.`);
    }
    const job: StoredJob = {
      ...{ id: Number(newNumericId()), creator: caller.name, createdAt: Date.now() },
      settings: JSON.stringify(settings.given),
    };
    await this.save([...this.all, job]);
    return job;
  }

  /** Makes these the settings; whom it runs as stays unless somebody is named. */
  async reset(caller: Principal, id: number, body: unknown): Promise<void> {
    const job = this.require(caller, id, 'CAN_MANAGE');
    const { runAs, given } = ReadSettings.parse(body);
    const before = this.settingsOf(job).given['run_as'];
    const settings = runAs === undefined && before !== undefined ? { ...given, run_as: before } : given;
    await this.replace(caller, job, ReadSettings.parse(settings));
  }

  async update(caller: Principal, id: number, changes: unknown, removed: readonly string[]): Promise<void> {
    const job = this.require(caller, id, 'CAN_MANAGE');
    await this.replace(caller, job, this.settingsOf(job).updated(changes, removed));
  }

  async remove(caller: Principal, id: number): Promise<void> {
    this.require(caller, id, 'CAN_MANAGE');
    await Promise.all([this.save(this.all.filter((job) => job.id !== id)), this.access.forget([addressOf(id)])]);
  }

  private async replace(caller: Principal, job: StoredJob, settings: ReadSettings): Promise<void> {
    if (settings.runAs?.name !== this.settingsOf(job).runAs?.name) {
      // Whoever names nobody lets it run as its creator.
      const kind = this.directory.find(job.creator)?.kind ?? 'user';
      this.refuseRunAs(caller, settings.runAs ?? { kind, name: job.creator });
    }
    const changed = { ...job, settings: JSON.stringify(settings.given) };
    await this.save(this.all.map((other) => (other.id === job.id ? changed : other)));
  }

  /** Admins may name anybody; others themselves: that somebody may use a service principal is not kept here. */
  refuseRunAs(caller: Principal, runAs: RunAs | undefined): void {
    if (runAs === undefined) return;
    const who = this.directory.find(runAs.name);
    if (who?.kind !== runAs.kind) {
      throw invalidParameter(`run_as names ${runAs.name.slice(0, 200)}, whom this workspace does not have.`);
    }
    if (runAs.name !== caller.name && !caller.groups.includes(ADMINS)) {
      throw permissionDenied(`User ${caller.name} is not allowed to let a job run as ${runAs.name}.`);
    }
  }

  private permissioned(id: string): PermissionedObject | undefined {
    const job = this.all.find((other) => String(other.id) === id);
    return job === undefined
      ? undefined
      : { id, name: `Job with ID: ${id}`, initially: [{ principal: job.creator, level: 'IS_OWNER' }] };
  }

  private save(jobs: readonly StoredJob[]): Promise<void> {
    return this.document.write({ ...this.document.read(), jobs: [...jobs] });
  }
}

/** How refusals of the Jobs API say who may. */
const WORDS: Readonly<Record<JobLevel, string>> = {
  CAN_VIEW: 'View or Admin or Manage Run or Owner',
  CAN_MANAGE_RUN: 'Admin or Manage Run or Owner',
  CAN_MANAGE: 'Admin or Owner',
};

function addressOf(id: number): ObjectAddress {
  return { type: JOBS.names[0], id: String(id) };
}
