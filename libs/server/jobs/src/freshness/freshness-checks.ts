import { DomainError, InvalidRequest, Slots, type UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { EngineCrashed, EngineFailure } from '../engine/engine.errors';
import { engineEndOf } from '../engine/engine-work';
import { IngestionEngine, type ManifestReading } from '../engine/ingestion-engine';
import { FeedNotFound, TooManyLooks } from '../jobs.errors';
import { JobsLimits } from '../jobs-limits';
import { JobAccess } from '../runs/job-access';
import type { JobFailureDto } from '../runs/job-findings.dto';
import { JobConnections } from '../runs/job-connections';
import { locationOf, targetUriOf } from '../runs/job-places';
import type { CheckFreshnessDto } from './ask-freshness.dto';
import type { FreshnessCheckDto, FreshnessCheckListDto } from './freshness.dto';
import { FreshnessAlarms } from './freshness-alarms';
import { FreshnessRecords, isFailure, type Feed } from './freshness-records';

const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;

/** A reading of a manifest that is under way, or waits for its turn. */
interface Look {
  readonly answer: Promise<FreshnessCheckDto>;
  /** Those who still wait for it. */
  askers: number;
  /** Fires when the last of them has left. */
  readonly left: AbortController;
}

/** Reads manifests when somebody asks for it, with the connections that runs read them with. */
@Injectable()
export class FreshnessChecks {
  private readonly logger = new Logger('Jobs');
  private readonly slots: Slots;
  /** One reading of a manifest at a time: who asks meanwhile gets the same answer. */
  private readonly underway = new Map<string, Look>();

  constructor(
    private readonly database: Database,
    private readonly access: JobAccess,
    private readonly connections: JobConnections,
    private readonly engine: IngestionEngine,
    private readonly records: FreshnessRecords,
    private readonly alarms: FreshnessAlarms,
    private readonly limits: JobsLimits,
  ) {
    this.slots = new Slots(limits.manifestsAtOnce);
  }

  /**
   * Whoever leaves is waited for no more: a look that nobody waits for is given up. Throws `JobNotFound`, `FeedNotFound`, `TooManyLooks`, and
   * `InvalidRequest` where not one of both is named.
   */
  async check(caller: UserCaller, asked: CheckFreshnessDto, signal: AbortSignal): Promise<FreshnessCheckListDto> {
    const feeds = await this.feedsOf(caller, asked);
    signal.throwIfAborted();
    const more = feeds.filter((feed) => !this.underway.has(keyOf(feed))).length;
    const { looksAtOnce } = this.limits;
    if (more > 0 && this.underway.size + more > looksAtOnce) throw new TooManyLooks(looksAtOnce);
    const items = await Promise.all(feeds.map((feed) => this.checkOnce(feed, signal)));
    signal.throwIfAborted();
    return { items };
  }

  private async feedsOf(caller: UserCaller, asked: CheckFreshnessDto): Promise<Feed[]> {
    const { target_uri: target, job_id: jobId } = asked;
    if ((target === undefined) === (jobId === undefined)) {
      const message = 'is needed, or job_id in its place, and not both';
      throw new InvalidRequest(`target_uri ${message}.`, [{ path: 'target_uri', message }]);
    }
    if (jobId !== undefined) {
      const job = await this.access.find(caller, jobId);
      const feed = await this.database.asSystem((tx) => this.records.feedOf(tx, job.user_id, job.pair_key), READING);
      if (feed === undefined) throw new FeedNotFound();
      return [feed];
    }
    const place = targetUriOf(target ?? '', 'target_uri');
    const feeds = await this.database.asUser(
      caller,
      (tx: EntityManager) => this.records.feedsInto(tx, caller.userId, place, this.limits.feedsAtOnce),
      READING,
    );
    if (feeds.length === 0) throw new FeedNotFound();
    return feeds;
  }

  private async checkOnce(feed: Feed, signal: AbortSignal): Promise<FreshnessCheckDto> {
    const look = this.underway.get(keyOf(feed)) ?? this.begin(feed);
    look.askers++;
    let leave: () => void = () => undefined;
    const gone = new Promise<never>((_, reject) => {
      leave = () => {
        if (--look.askers === 0) look.left.abort(signal.reason);
        reject(signal.reason as Error);
      };
    });
    // Of a look that is given up nobody is left to hear.
    gone.catch(() => undefined);
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([look.answer, gone]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  private begin(feed: Feed): Look {
    const key = keyOf(feed);
    const left = new AbortController();
    const forget = (): void => {
      if (this.underway.get(key)?.left === left) this.underway.delete(key);
    };
    // Who comes after everybody has left begins another one.
    left.signal.addEventListener('abort', forget, { once: true });
    const answer = this.slots.use(() => this.checkNow(feed, left.signal), left.signal).finally(forget);
    answer.catch(() => undefined);
    const look = { answer, askers: 0, left };
    this.underway.set(key, look);
    return look;
  }

  private async checkNow(feed: Feed, left: AbortSignal): Promise<FreshnessCheckDto> {
    const etag = await this.database.asSystem((tx) => this.records.commonEtag(tx, feed), READING);
    const startedAt = performance.now();
    const read = await this.read(feed, etag, left);
    // Nothing was found out: that somebody had no patience says nothing of the source.
    left.throwIfAborted();
    const noted = await this.records.noteReading(feed, etag, read, startedAt);
    await this.alarms.look();
    return {
      target_uri: feed.target_uri,
      manifest_uri: feed.manifest_uri,
      checked_at: noted?.toISOString() ?? null,
      not_modified: read === 'not-modified',
      failure: isFailure(read) ? read : null,
    };
  }

  private async read(
    feed: Feed,
    etag: string | undefined,
    left: AbortSignal,
  ): Promise<ManifestReading | JobFailureDto> {
    const signal = AbortSignal.any([left, AbortSignal.timeout(this.limits.manifestMs)]);
    try {
      const { user_id: owner, source_connection_id: id, manifest_uri: uri, admitted_as: admitted } = feed;
      const location = locationOf(uri, 'source.manifest_uri');
      const connection = await this.connections.stored(owner, id, location, 'source', admitted ?? []);
      const source = engineEndOf({ connection, location });
      return await this.engine.manifest(source, etag, signal);
    } catch (error) {
      if (signal.aborted) return LATE;
      if (error instanceof EngineFailure || error instanceof EngineCrashed) return { ...error.complaint };
      if (error instanceof DomainError) {
        return { code: error.code, message: error.message, advice: 'Mend what the message says, and look again.' };
      }
      this.logger.error({ err: error, msg: 'A manifest could not be read for a reason that nobody has thought of' });
      throw error;
    }
  }
}

const keyOf = ({ user_id, pair_key }: Feed): string => JSON.stringify([user_id, pair_key]);

const LATE: JobFailureDto = {
  code: 'STORAGE_UNAVAILABLE',
  message: 'The storage did not answer in time.',
  advice: 'Look again when the storage answers.',
};
