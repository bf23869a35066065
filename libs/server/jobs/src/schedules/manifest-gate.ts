import { S3Clients } from '@lakescope/server-s3';
import { Injectable } from '@nestjs/common';
import { JobsLimits } from '../jobs-limits';
import { manifestKeyOf, RunRecords } from '../queue/run-records';
import type { CheckedRequest } from '../runs/job-places';

/** Asks whether a source has anything new at all, before a job is made of it. */
@Injectable()
export class ManifestGate {
  constructor(
    private readonly records: RunRecords,
    private readonly clients: S3Clients,
    private readonly limits: JobsLimits,
  ) {}

  /**
   * The ETag of the manifest, if it is the one of the last run of the same request that left nothing behind; undefined when there may be
   * something new. One HEAD; none where there was no such run, nor where folders are read that the manifest does not speak of yet. A source
   * that does not answer has not said that nothing is new: then the job runs, and tells what is wrong with it.
   */
  async unchangedEtag(
    ownerId: string,
    { request, source, pairKey }: CheckedRequest,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (request.ignore_unchanged_manifest || !request.enforce_fence) return undefined;
    const key = manifestKeyOf({ pair_key: pairKey, request });
    const known = await this.records.manifestEtag(key, ownerId, pairKey);
    if (known === undefined) return undefined;
    const { connection, location } = source;
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(this.limits.gateMs)]);
    try {
      const client = await this.clients.make(connection.target, { attempts: 1 });
      const { ETag } = await client.headObject({ Bucket: location.bucket, Key: location.path }, { abortSignal });
      return ETag === known ? known : undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      return undefined;
    }
  }
}
