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
   * Whether the manifest is the one of the last run of the same request that left nothing behind. One HEAD; none where there was no such
   * run. A source that does not answer has not said that nothing is new: then the job runs, and tells what is wrong with it.
   */
  async isUnchanged({ request, source, pairKey }: CheckedRequest, signal: AbortSignal): Promise<boolean> {
    if (request.ignore_unchanged_manifest) return false;
    const known = await this.records.manifestEtag(manifestKeyOf({ pair_key: pairKey, request }));
    if (known === undefined) return false;
    const { connection, location } = source;
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(this.limits.gateMs)]);
    try {
      const client = await this.clients.make(connection.target, { attempts: 1 });
      const { ETag } = await client.headObject({ Bucket: location.bucket, Key: location.path }, { abortSignal });
      return ETag === known;
    } catch (error) {
      if (signal.aborted) throw error;
      return false;
    }
  }
}
