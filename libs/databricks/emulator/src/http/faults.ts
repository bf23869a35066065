import { randomUUID } from 'node:crypto';

/** What goes wrong, for which requests, and how often. */
export interface Fault {
  /** Default: any method. */
  method?: string;
  /** Matches the beginning of the path; default: every path of the API. */
  pathPrefix?: string;
  /** Answer with this status instead of handling the request. */
  status?: number;
  /** Body of that answer; default: the platform's error envelope for the status. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Wait before answering, or before handling when neither `status` nor `cut` is given. */
  delayMs?: number;
  /** How many requests are hit; default: all until removed. */
  times?: number;
  /** `connection` closes the socket without an answer, `body` closes it in the middle of the handler's answer. */
  cut?: 'connection' | 'body';
}

export interface PlannedFault extends Fault {
  readonly id: string;
  readonly hits: number;
}

/** The faults planned for a workspace. The first one that matches a request acts; paths below `/.local` never fail. */
export class Faults {
  private planned: PlannedFault[] = [];

  add(fault: Fault): PlannedFault {
    const planned = { ...fault, id: randomUUID(), hits: 0 };
    this.planned.push(planned);
    return planned;
  }

  list(): readonly PlannedFault[] {
    return [...this.planned];
  }

  remove(id: string): boolean {
    const before = this.planned.length;
    this.planned = this.planned.filter((fault) => fault.id !== id);
    return this.planned.length < before;
  }

  clear(): void {
    this.planned = [];
  }

  /** The fault that hits this request, counted as a hit. */
  take(method: string, path: string): PlannedFault | undefined {
    if (path.startsWith('/.local')) return undefined;
    const index = this.planned.findIndex(
      (fault) =>
        (fault.method === undefined || fault.method.toUpperCase() === method) &&
        path.startsWith(fault.pathPrefix ?? '/') &&
        fault.hits < (fault.times ?? Infinity),
    );
    const fault = this.planned[index];
    if (fault === undefined) return undefined;
    const hit = { ...fault, hits: fault.hits + 1 };
    this.planned[index] = hit;
    return hit;
  }
}
