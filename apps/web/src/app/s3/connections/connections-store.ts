import { computed, inject, Service, signal } from '@angular/core';
import {
  Api,
  apiResource,
  checkS3Connection,
  type CheckS3ConnectionDto,
  type CreateS3ConnectionDto,
  createS3Connection,
  deleteS3Connection,
  listS3Connections,
  type Problem,
  problemFrom,
  type S3ConnectionDto,
  type S3RightsReportDto,
  type UpdateS3ConnectionDto,
  updateS3Connection,
} from '@lakescope/web-api';
import { LastChecks } from './last-checks';

/** One person has 50 at most, so one page holds them all. */
const PAGE_SIZE = 100;

/** What became of a check. */
export type CheckOutcome =
  | { readonly kind: 'checking' }
  | { readonly kind: 'answered'; readonly report: S3RightsReportDto }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** The caller's connections, and what checks of them have shown while this page is open. */
@Service({ autoProvided: false })
export class ConnectionsStore {
  private readonly api = inject(Api);
  private readonly lastChecks = inject(LastChecks);

  readonly list = apiResource(listS3Connections, () => ({ query: { limit: PAGE_SIZE } }));
  readonly connections = computed(() => this.list.latest()?.items ?? []);

  private readonly outcomes = signal<ReadonlyMap<string, CheckOutcome>>(new Map());
  /** By the ids of connections. */
  readonly checks = this.outcomes.asReadonly();
  /** Why the last deletion did not come about. */
  readonly deleteProblem = signal<Problem | undefined>(undefined);

  reload(): void {
    this.deleteProblem.set(undefined);
    this.list.reload();
  }

  /** Rejects with what `problemFrom` understands. */
  async create(body: CreateS3ConnectionDto): Promise<S3ConnectionDto> {
    const created = await this.api.invoke(createS3Connection, { body });
    this.list.reload();
    return created;
  }

  /** Writes only over the version that is named. Rejects with what `problemFrom` understands. */
  async update(id: string, version: number, body: UpdateS3ConnectionDto): Promise<S3ConnectionDto> {
    const path = { id };
    const updated = await this.api.invoke(updateS3Connection, { path, body, headers: { 'If-Match': `"${version}"` } });
    this.drop(id);
    this.list.reload();
    return updated;
  }

  /** The connection as it is stored now; undefined when it is gone. */
  async stored(id: string): Promise<S3ConnectionDto | undefined> {
    const { items } = await this.api.invoke(listS3Connections, { query: { limit: PAGE_SIZE } });
    this.list.reload();
    return items.find((item) => item.id === id);
  }

  /** Whether it is gone: not when it has changed since it was read. */
  async remove({ id, version }: S3ConnectionDto): Promise<boolean> {
    this.deleteProblem.set(undefined);
    try {
      await this.api.invoke(deleteS3Connection, { path: { id }, headers: { 'If-Match': `"${version}"` } });
      this.drop(id);
      this.lastChecks.forget(id);
      return true;
    } catch (error) {
      this.deleteProblem.set(problemFrom(error));
      return false;
    } finally {
      this.list.reload();
    }
  }

  async check(connection: S3ConnectionDto, body: CheckS3ConnectionDto): Promise<void> {
    const { id } = connection;
    this.note(id, { kind: 'checking' });
    try {
      const report = await this.api.invoke(checkS3Connection, { path: { id }, body });
      this.note(id, { kind: 'answered', report });
      this.lastChecks.keep(connection, report);
    } catch (error) {
      this.note(id, { kind: 'failed', problem: problemFrom(error) });
    }
  }

  private note(id: string, outcome: CheckOutcome): void {
    this.outcomes.update((outcomes) => new Map(outcomes).set(id, outcome));
  }

  private drop(id: string): void {
    this.outcomes.update((outcomes) => new Map([...outcomes].filter(([other]) => other !== id)));
  }
}
