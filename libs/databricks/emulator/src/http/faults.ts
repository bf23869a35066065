import { randomUUID } from 'node:crypto';
import { principalName } from '../identity/personas';

/** What goes wrong, for which requests, and how often. */
export interface Fault {
  /** Default: any method. */
  method?: string;
  /** Matches the beginning of the path; default: every path of the API. */
  pathPrefix?: string;
  /** Matches this path alone. */
  path?: string;
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
  /**
   * The request is handled, and then `status` or `cut: 'connection'` is answered all the same, after `delayMs`: the
   * platform did what was asked, and the caller cannot know.
   */
  afterHandler?: boolean;
  /**
   * What this request creates answers 404 to so many GETs and HEADs, as the platform does before all of it knows of
   * something new. For PUTs, and for POSTs that answer with a `full_name`, an `id` or a `name`.
   */
  hideCreatedFor?: number;
  /**
   * What happens to the stream of a language model: an error inside of it, silence, or its end without `[DONE]`. After
   * `afterEvents` events, three when nothing is said.
   */
  stream?: 'error' | 'stall' | 'cut';
  afterEvents?: number;
  /** Answers as if the bearer's token had expired or were unknown. */
  token?: 'expired' | 'invalid';
  /** Hits only requests with a valid token of this persona, user name or client id. */
  principal?: string;
}

export interface PlannedFault extends Fault {
  readonly id: string;
  readonly hits: number;
}

/** A fault that could never do what it says. */
export class InvalidFault extends Error {
  override readonly name = 'InvalidFault';
}

/** What happens inside of a stream happens after its status. */
function mustBeOfStreams({ stream, afterEvents, status, cut, token }: Fault): void {
  if (stream === undefined && afterEvents !== undefined) throw new InvalidFault('afterEvents goes with stream');
  if (stream !== undefined && (status ?? cut ?? token) !== undefined) {
    throw new InvalidFault('stream goes with neither status, cut nor token: the stream begins first');
  }
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The faults planned for a workspace. The first one that matches a request acts; paths below `/.local` never fail. */
export class Faults {
  private planned: PlannedFault[] = [];

  /** `isKnown`: whether there is a user of this name, or a service principal with this client id. */
  constructor(private readonly isKnown: (name: string) => boolean) {}

  /** Throws InvalidFault for what could hit no request, or could not do what it says to one. */
  add(fault: Fault): PlannedFault {
    this.mustHitSomething(fault);
    if (fault.afterHandler === true && fault.status === undefined && fault.cut !== 'connection') {
      throw new InvalidFault('afterHandler needs a status or cut "connection" to answer with');
    }
    if (fault.token !== undefined && (fault.status !== undefined || fault.cut !== undefined)) {
      throw new InvalidFault('token says the status itself, so it goes with neither status nor cut');
    }
    mustBeOfStreams(fault);
    const planned = { ...fault, id: randomUUID(), hits: 0 };
    this.planned.push(planned);
    return planned;
  }

  private mustHitSomething({ method, path, pathPrefix, principal, times, hideCreatedFor }: Fault): void {
    if (method !== undefined && !METHODS.includes(method.toUpperCase())) {
      throw new InvalidFault(`method must be one of ${METHODS.join(', ')}`);
    }
    for (const [name, text] of Object.entries({ path, pathPrefix })) {
      if (text === undefined || /^\/[^?#\s]*$/.test(text)) continue;
      throw new InvalidFault(`${name} must begin with / and is the path alone, without a query`);
    }
    if ((path ?? pathPrefix)?.startsWith('/.local') === true) throw new InvalidFault('Paths below /.local never fail');
    if (principal !== undefined && !this.isKnown(principalName(principal))) {
      throw new InvalidFault(`principal: there is nobody called ${principal}`);
    }
    if (times !== undefined && times < 1) throw new InvalidFault('times must be at least 1');
    if (hideCreatedFor !== undefined && hideCreatedFor < 1) throw new InvalidFault('hideCreatedFor must be at least 1');
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

  /** Whether it matters who asks: finding that out costs a look at the token. */
  get dependOnCaller(): boolean {
    return this.planned.some(({ principal }) => principal !== undefined);
  }

  /** The fault that hits this request of this caller (a user name or client id), counted as a hit. */
  take(method: string, path: string, caller?: string): PlannedFault | undefined {
    if (path.startsWith('/.local')) return undefined;
    const index = this.planned.findIndex(
      (fault) =>
        hasMethod(fault, method) &&
        path.startsWith(fault.pathPrefix ?? '/') &&
        (fault.path === undefined || fault.path === path) &&
        (fault.principal === undefined || principalName(fault.principal) === caller) &&
        fault.hits < (fault.times ?? Infinity),
    );
    const fault = this.planned[index];
    if (fault === undefined) return undefined;
    const hit = { ...fault, hits: fault.hits + 1 };
    this.planned[index] = hit;
    return hit;
  }
}

/** What hides what is created is meant for the requests that create, unless it names others. */
function hasMethod({ method, hideCreatedFor }: Fault, asked: string): boolean {
  if (method !== undefined) return method.toUpperCase() === asked;
  return hideCreatedFor === undefined || asked === 'POST' || asked === 'PUT';
}
