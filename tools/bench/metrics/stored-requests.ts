import { errorOf } from './copy-rows';
import { Workload } from './workload';

/** A request as it is stored, in whichever design. */
export interface StoredRequest {
  readonly at: number;
  readonly responseTimeMs: number;
  readonly status: number;
  readonly endpoint: string;
  readonly method: string;
  readonly userId: string | null;
  readonly errorType: string | null;
  readonly correlationId: string;
}

/** So many requests of the last five minutes, for what wants objects and not ten million of them. */
export function storedRequests(count: number, seed = 5): StoredRequest[] {
  const endMs = Date.now();
  const workload = new Workload({ rows: count, seed, endMs });
  const requests: StoredRequest[] = [];
  while (workload.next()) {
    const { template, method } = workload.endpoints[workload.endpoint] ?? { template: '', method: '' };
    requests.push({
      at: endMs - 300_000 + Math.floor((requests.length / count) * 300_000),
      responseTimeMs: workload.responseTimeMs,
      status: workload.status,
      endpoint: template,
      method,
      userId: workload.userName() ?? null,
      errorType: errorOf(workload.status) ?? null,
      correlationId: workload.correlationId(),
    });
  }
  return requests;
}

/** Hands out the next so many, again and again from the beginning. */
export class Batches {
  private next = 0;

  constructor(private readonly requests: readonly StoredRequest[]) {}

  take(count: number): StoredRequest[] {
    if (this.next + count > this.requests.length) this.next = 0;
    const batch = this.requests.slice(this.next, this.next + count);
    this.next += count;
    return batch;
  }
}
