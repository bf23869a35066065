import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface ReplicaWatch {
  /** A replica that may get requests answers 200 here. */
  readonly readyPath: string;
  readonly everyMilliseconds: number;
  /** One that takes longer is not ready. */
  readonly patienceMilliseconds: number;
}

const defaultWatch: ReplicaWatch = { readyPath: '/ready', everyMilliseconds: 250, patienceMilliseconds: 2_000 };

/** One of the processes that an app runs as. */
export class Replica {
  isReady = false;
  /** Somebody is about to stop it. */
  isTakenOut = false;
  private underway = 0;
  private readonly whenFree = new Set<() => void>();

  constructor(readonly url: URL) {}

  /** A request goes to it; what is answered is to be called once, when there is nothing more to wait for. */
  begin(): () => void {
    this.underway++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      if (--this.underway === 0) for (const tell of this.whenFree) tell();
    };
  }

  /** Resolves when no request is under way, with false when the patience has ended before. */
  async free(patienceMilliseconds: number): Promise<boolean> {
    if (this.underway === 0) return true;
    const patience = new AbortController();
    let tell = (): void => undefined;
    const freed = new Promise<boolean>((resolve) => {
      tell = () => resolve(true);
      this.whenFree.add(tell);
    });
    const late = delay(patienceMilliseconds, false, { signal: patience.signal }).catch(() => false);
    const isFree = await Promise.race([freed, late]);
    this.whenFree.delete(tell);
    patience.abort();
    return isFree;
  }
}

/** Where the requests to an app go. */
export interface Replicas {
  /** Who gets a request that these could not take; undefined when nobody is left. */
  next(tried: readonly Replica[]): Replica | undefined;
  /** It takes no connection. */
  isAway(replica: Replica): void;
  close(): void;
}

/** An app that is one process, and another one, at another address, after it was deployed anew. */
export class MovingReplica implements Replicas {
  private current: Replica | undefined;

  /** `target`: where it answers now, if anywhere. */
  constructor(private readonly target: () => URL | undefined) {}

  next(tried: readonly Replica[]): Replica | undefined {
    const url = this.target();
    if (url === undefined) return undefined;
    if (this.current?.url.href !== url.href) this.current = new Replica(url);
    return tried.includes(this.current) ? undefined : this.current;
  }

  isAway(): void {
    // There is no other one to ask.
  }

  close(): void {
    // It is not watched.
  }
}

/**
 * The processes that an app runs as, asked in turn: no request belongs to one of them. Which of them may get requests they say themselves,
 * at `/ready`; an app that is one process is not asked, and gets every request.
 */
export class ReplicaPool implements Replicas {
  private readonly replicas: readonly Replica[];
  private readonly watch: ReplicaWatch;
  private readonly asking = new Set<Replica>();
  private timer: NodeJS.Timeout | undefined;
  private at = 0;

  constructor(urls: readonly URL[], watch: Partial<ReplicaWatch> = {}) {
    this.replicas = urls.map((url) => new Replica(url));
    this.watch = { ...defaultWatch, ...watch };
    if (urls.length < 2) return;
    this.timer = setInterval(() => this.look(), this.watch.everyMilliseconds).unref();
    this.look();
  }

  /**
   * Whose turn it is, of those that were not tried. Where none is ready one is asked all the same: what the app says of itself is better
   * than what could be said here. Undefined when all were tried.
   */
  next(tried: readonly Replica[]): Replica | undefined {
    const left = this.replicas.filter((replica) => !tried.includes(replica));
    const staying = left.filter(({ isTakenOut }) => !isTakenOut);
    const ready = staying.filter(({ isReady }) => isReady);
    const choice = [ready, staying, left].find((some) => some.length > 0) ?? [];
    const inTurn = [...this.replicas.slice(this.at), ...this.replicas.slice(0, this.at)];
    const chosen = inTurn.find((replica) => choice.includes(replica));
    if (chosen !== undefined) this.at = (this.replicas.indexOf(chosen) + 1) % this.replicas.length;
    return chosen;
  }

  /** It takes no connection: others are asked until it says that it is ready. */
  isAway(replica: Replica): void {
    replica.isReady = false;
  }

  /**
   * Gives this one no more requests. Resolves when it has answered those under way, with false when the patience has ended before. Event
   * streams that were asked for by GET are not waited for: their readers go on with another replica.
   */
  takeOut(url: URL, patienceMilliseconds: number): Promise<boolean> {
    const replica = this.find(url);
    replica.isTakenOut = true;
    return replica.free(patienceMilliseconds);
  }

  /** It may get requests again, as soon as it is ready; resolves when that was asked once. */
  bringBack(url: URL): Promise<void> {
    const replica = this.find(url);
    replica.isTakenOut = false;
    return this.ask(replica);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private find(url: URL): Replica {
    const found = this.replicas.find((replica) => replica.url.href === url.href);
    if (found === undefined) throw new Error(`${url.href} is no replica of this app`);
    return found;
  }

  private look(): void {
    for (const replica of this.replicas) if (!this.asking.has(replica)) void this.ask(replica);
  }

  /** Never rejects. */
  private async ask(replica: Replica): Promise<void> {
    this.asking.add(replica);
    replica.isReady = await this.answersReady(replica.url);
    this.asking.delete(replica);
  }

  private answersReady({ hostname, port }: URL): Promise<boolean> {
    const { readyPath: path, patienceMilliseconds } = this.watch;
    return new Promise((resolve) => {
      const signal = AbortSignal.timeout(patienceMilliseconds);
      // A line of its own, so that it also learns whether new ones are taken.
      const asked = get({ host: hostname, port, path, agent: false, signal }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      asked.on('error', () => resolve(false));
    });
  }
}
