import { setTimeout as sleep } from 'node:timers/promises';
import type { ServedEntityDeployment } from '@lakescope/databricks-wire';
import { Refusal, ServiceRefusal } from '../http/refusals';
import { EntityCompute, type EntityComputeTimes } from './entity-compute';
import { EntityLog } from './entity-log';
import { EntityMetrics } from './entity-metrics';
import type { LoadedModel } from './served-model';
import type { StoredEntity } from './serving-document';

export interface DeploymentTimes extends EntityComputeTimes {
  readonly deployMilliseconds: number;
}

/** Makes what answers the requests of an entity; throws for a model that cannot be served. */
export type LoadModel = (entity: StoredEntity, log: (line: string) => void) => Promise<LoadedModel>;

/** A served entity of a configuration, from its making to its end. */
export class Deployment {
  readonly serviceLog: EntityLog;
  readonly buildLog: EntityLog;
  readonly metrics = new EntityMetrics();
  private phase: ServedEntityDeployment = 'DEPLOYMENT_CREATING';
  private trouble: string | undefined;
  private loading: Promise<LoadedModel> | undefined;
  private readonly aborted = new AbortController();
  private readonly compute: EntityCompute | undefined;

  constructor(
    readonly entity: StoredEntity,
    private readonly load: LoadModel,
    private readonly times: DeploymentTimes,
  ) {
    this.serviceLog = new EntityLog(entity.name);
    this.buildLog = new EntityLog(entity.name);
    if (entity.scaleToZero) {
      this.compute = new EntityCompute(times, (phase) => this.serviceLog.add(PHASES[phase]));
    }
  }

  get state(): ServedEntityDeployment {
    return this.phase;
  }

  get message(): string {
    if (this.trouble !== undefined) return this.trouble;
    if (this.phase === 'DEPLOYMENT_CREATING') return 'Deploying the model';
    if (this.compute?.state === 'zero') return 'Scaled to zero';
    return this.compute?.state === 'waking' ? 'Scaling up from zero' : '';
  }

  /** How many requests it takes at once, now. */
  get concurrency(): number {
    if (this.phase !== 'DEPLOYMENT_READY' || (this.compute !== undefined && this.compute.state !== 'running')) return 0;
    return CONCURRENCY[this.entity.workloadSize ?? 'Small'] ?? 4;
  }

  /** The first time: builds it, as long as the platform's states are to be seen. Answers why it failed, if it did. */
  async build(): Promise<string | undefined> {
    const { entityName, entityVersion } = this.entity;
    this.buildLog.add(`Building ${entityName}${entityVersion === undefined ? '' : ` version ${entityVersion}`}`);
    const { signal } = this.aborted;
    await sleep(this.times.deployMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted) return this.trouble;
    try {
      await this.model();
      this.phase = 'DEPLOYMENT_READY';
      this.serviceLog.add('Ready');
    } catch (error) {
      this.fail(error);
    }
    return this.trouble;
  }

  /** It was there before the workspace was started again. */
  resume(): void {
    this.phase = 'DEPLOYMENT_READY';
    this.buildLog.add('Deployed before the workspace was started');
  }

  /** It failed before the workspace was started again. */
  resumeFailed(trouble: string): void {
    this.phase = 'DEPLOYMENT_FAILED';
    this.trouble = trouble;
    this.buildLog.add(trouble);
  }

  /** The model, for a request that counts as under way until the answer is called. Refuses while it is not ready. */
  async enter(): Promise<{ readonly model: LoadedModel; leave(): void }> {
    if (this.phase !== 'DEPLOYMENT_READY') {
      throw unavailable(`Served entity ${this.entity.name} is not ready: ${this.message}`);
    }
    const wait = this.compute?.enter() ?? 0;
    if (wait > 0) {
      throw unavailable(`Served entity ${this.entity.name} is scaling up from zero`, Math.ceil(wait / 1000));
    }
    let left = false;
    const leave = (): void => {
      if (!left) this.compute?.leave();
      left = true;
    };
    try {
      return { model: await this.model(), leave };
    } catch (error) {
      leave();
      this.fail(error);
      throw unavailable(`Served entity ${this.entity.name} is not ready: ${this.message}`);
    }
  }

  /** The loaded model whatever the compute does, for its description. */
  model(): Promise<LoadedModel> {
    this.loading ??= this.load(this.entity, (line) => this.buildLog.add(line));
    return this.loading;
  }

  close(): void {
    if (this.phase === 'DEPLOYMENT_CREATING') {
      this.phase = 'DEPLOYMENT_ABORTED';
      this.trouble = 'The deployment was aborted';
      this.aborted.abort();
    }
    this.compute?.close();
  }

  private fail(error: unknown): void {
    this.loading = undefined;
    this.phase = 'DEPLOYMENT_FAILED';
    this.trouble = error instanceof Error ? error.message : String(error);
    this.buildLog.add(error instanceof Refusal || !(error instanceof Error) ? this.trouble : describe(error));
  }
}

const PHASES = {
  zero: 'Scaled to zero',
  waking: 'Scaling up from zero',
  running: 'Listening',
} as const;

/** Requests at once by size of a workload. Source: the platform's page on provisioned concurrency. */
const CONCURRENCY: Readonly<Record<string, number>> = { Small: 4, Medium: 16, Large: 64 };

/** With what it was caused by, as a traceback says it. */
function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function unavailable(message: string, retryAfterSeconds?: number): ServiceRefusal {
  return new ServiceRefusal(503, 'TEMPORARILY_UNAVAILABLE', message, {
    ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  });
}
