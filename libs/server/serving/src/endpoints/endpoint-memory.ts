import { createHmac, randomBytes } from 'node:crypto';
import type { UserCaller } from '@lakescope/server-http';

/** Entries that are kept; a schema among them may have some kilobytes. */
const MOST = 1_000;
/** Without it, nobody can tell from a copy of the memory of one process whose token a key stands for. */
const KEY = randomBytes(32);

/**
 * What was found out about endpoints, for a short time: remembered for the very token it was found out with, since another one, even of the
 * same person, may be allowed less.
 */
export class EndpointMemory<T> {
  private readonly known = new Map<string, { readonly value: T; readonly until: number }>();

  constructor(
    private readonly rememberedMs: number,
    private readonly most = MOST,
  ) {}

  get(caller: UserCaller, endpointName: string): T | undefined {
    const found = this.known.get(keyOf(caller, endpointName));
    return found === undefined || found.until < performance.now() ? undefined : found.value;
  }

  set(caller: UserCaller, endpointName: string, value: T): void {
    const key = keyOf(caller, endpointName);
    this.known.delete(key);
    this.known.set(key, { value, until: performance.now() + this.rememberedMs });
    const [oldest] = this.known.keys();
    if (this.known.size > this.most && oldest !== undefined) this.known.delete(oldest);
  }
}

function keyOf(caller: UserCaller, endpointName: string): string {
  return createHmac('sha256', KEY).update(`${caller.token.reveal()}\n${endpointName}`).digest('base64url');
}
