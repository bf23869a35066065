import type { EngineEnd, IngestionWork } from './ingestion-engine';
import type { JobEnd, JobEnds } from '../runs/job-places';
import type { JobRequest } from '../runs/job-request';

/** A checked request as an engine takes it. */
export function engineWorkOf({ source, target }: JobEnds, request: JobRequest): IngestionWork {
  return { source: engineEndOf(source), target: engineEndOf(target), request };
}

/** One end of the work as an engine takes it. */
export function engineEndOf({ connection, location }: JobEnd): EngineEnd {
  return { target: connection.target, bucket: location.bucket, path: location.path };
}
