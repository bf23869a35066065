import { setTimeout as delay } from 'node:timers/promises';

interface Compute {
  state: 'ACTIVE' | 'IDLE' | 'INIT';
  sessions: number;
  waking?: Promise<void>;
  idleTimer?: NodeJS.Timeout;
}

// What setTimeout can hold; longer than any local run.
const longestTimer = 2 ** 31 - 1;

/** What runs behind Autoscaling endpoints: it goes to sleep when nobody is connected, and wakes when somebody comes. */
export class EndpointComputes {
  private readonly computes = new Map<string, Compute>();

  constructor(private readonly wakeMilliseconds: number) {}

  state(endpoint: string): Compute['state'] {
    return this.of(endpoint).state;
  }

  /** A session begins: resolves once the compute is awake. The answer is called when the session ends. */
  async enter(endpoint: string, suspendAfterMilliseconds: number): Promise<() => void> {
    const compute = this.of(endpoint);
    clearTimeout(compute.idleTimer);
    compute.sessions += 1;
    if (compute.state !== 'ACTIVE') await (compute.waking ??= this.wake(compute));
    let left = false;
    return () => {
      if (left) return;
      left = true;
      compute.sessions -= 1;
      if (compute.sessions > 0 || suspendAfterMilliseconds <= 0) return;
      compute.idleTimer = setTimeout(
        () => this.sleepIfUnused(compute),
        Math.min(suspendAfterMilliseconds, longestTimer),
      ).unref();
    };
  }

  /** Puts it to sleep now; sessions that are open keep it awake, as on the platform. */
  suspend(endpoint: string): boolean {
    return this.sleepIfUnused(this.of(endpoint));
  }

  private async wake(compute: Compute): Promise<void> {
    compute.state = 'INIT';
    await delay(this.wakeMilliseconds);
    compute.state = 'ACTIVE';
    delete compute.waking;
  }

  private sleepIfUnused(compute: Compute): boolean {
    if (compute.sessions > 0 || compute.state !== 'ACTIVE') return false;
    compute.state = 'IDLE';
    return true;
  }

  private of(endpoint: string): Compute {
    const known = this.computes.get(endpoint) ?? { state: 'ACTIVE', sessions: 0 };
    this.computes.set(endpoint, known);
    return known;
  }
}
