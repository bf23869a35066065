/** One answered request. It never holds a header, a body or a query, so it cannot hold a token. */
export interface LoggedRequest {
  readonly id: string;
  readonly time: string;
  readonly method: string;
  readonly path: string;
  /** The route template that answered, `*` when the path cannot be read, undefined when there is no such API: a gap. */
  readonly route: string | undefined;
  readonly status: number;
  readonly milliseconds: number;
  readonly principal: string | undefined;
  /** Why the answer is a 500, for whoever repairs the workspace. */
  readonly failure?: string;
}

/** Remembers the last requests, and every API that was asked for and is not there. */
export class RequestLog {
  private readonly ring: LoggedRequest[] = [];
  private readonly unknown = new Map<string, number>();
  private total = 0;

  constructor(private readonly size: number) {}

  add(entry: LoggedRequest): void {
    this.total += 1;
    this.ring.push(entry);
    if (this.ring.length > this.size) this.ring.shift();
    if (entry.route !== undefined) return;
    const key = `${entry.method} ${entry.path}`;
    // A scanner asking for endless different paths must not fill the memory.
    if (this.unknown.has(key) || this.unknown.size < this.size) this.unknown.set(key, (this.unknown.get(key) ?? 0) + 1);
  }

  /** Oldest first. */
  entries(): readonly LoggedRequest[] {
    return [...this.ring];
  }

  /** Requests answered since the start, also those the ring has forgotten. */
  count(): number {
    return this.total;
  }

  gaps(): readonly { method: string; path: string; count: number }[] {
    return [...this.unknown].map(([key, count]) => {
      const space = key.indexOf(' ');
      return { method: key.slice(0, space), path: key.slice(space + 1), count };
    });
  }

  clear(): void {
    this.ring.length = 0;
    this.unknown.clear();
  }
}
