import { Circuit } from './circuit';
import { defaults } from './defaults';
import { PlatformError } from './platform-error';

/**
 * How a call ended, as far as it speaks of the platform's health. Refusals (4xx) are answers: they speak of the call. Silent is a call
 * whose deadline passed: whether the host is gone or the question was hard cannot be told.
 */
export type CallOutcome = 'answered' | 'server-error' | 'silent' | 'unreachable';

/**
 * The circuits of one upstream host: one for the host itself, which lost connections open, and one for each API family, which its 5xx
 * and its silence open. So an API that is broken is left alone for a while without taking the others with it, and neither a person's bad token nor a limit
 * opens anything for anybody.
 */
export class Breaker {
  private readonly host = new Circuit(defaults.circuit);
  private readonly families = new Map<string, Circuit>();

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** Throws when the platform is known not to answer: at once, and with the time after which another try makes sense. */
  admit(path: string, operation: string): void {
    const now = this.clock();
    const family = this.familyOf(path);
    const waitMs = Math.max(this.host.waitMs(now), family.waitMs(now));
    if (waitMs === 0) {
      // Only now: a circuit that is due must not spend its probe on a call that the other one holds back.
      this.host.begun(now);
      family.begun(now);
      return;
    }
    throw new PlatformError('unavailable', 'The platform does not answer at the moment', {
      operation,
      retryAfterSeconds: Math.ceil(waitMs / 1000),
    });
  }

  record(path: string, outcome: CallOutcome): void {
    const now = this.clock();
    const family = this.familyOf(path);
    if (outcome === 'unreachable') this.host.failed(now);
    else if (outcome !== 'silent') this.host.succeeded();
    if (outcome === 'server-error' || outcome === 'silent') family.failed(now);
    else if (outcome === 'answered') family.succeeded();
  }

  private familyOf(path: string): Circuit {
    const name = familyName(path);
    const known = this.families.get(name);
    if (known !== undefined) return known;
    const circuit = new Circuit(defaults.circuit);
    this.families.set(name, circuit);
    const [oldest] = this.families.keys();
    // Endpoints of models have names that callers choose; a circuit that is forgotten is closed.
    if (this.families.size > defaults.circuits && oldest !== undefined) this.families.delete(oldest);
    return circuit;
  }
}

/** `/api/2.1/unity-catalog` of `/api/2.1/unity-catalog/catalogs`: as many as this client has API files, and one for each endpoint of a model. */
function familyName(path: string): string {
  let end = 0;
  for (let parts = 0; parts < 3; parts++) {
    end = path.indexOf('/', end + 1);
    if (end === -1) return path;
  }
  return path.slice(0, end);
}
