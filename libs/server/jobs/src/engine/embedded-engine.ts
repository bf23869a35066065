import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { IngestionPlan, RunResult } from '@lakescope/cda';
import { makeOwnFolder } from '@lakescope/delta';
import { S3Config } from '@lakescope/server-config';
import { Slots } from '@lakescope/server-http';
import { Injectable, Logger } from '@nestjs/common';
import { JobsLimits } from '../jobs-limits';
import { EngineCrashed, EngineFailure } from './engine.errors';
import {
  IngestionEngine,
  type EngineEnd,
  type IngestionWork,
  type ManifestReading,
  type RunControls,
  type RunOrder,
} from './ingestion-engine';
import type { FromThread, ThreadEnd, ThreadEndpoints, ThreadOrder, ThreadWork, ToThread } from './thread-messages';

/** Where the code of the thread is: beside the bundle of the server. Tests, which have no bundle, make one and say where. */
@Injectable()
export class ThreadCode {
  file = join(__dirname, 'ingestion-thread.js');
  /** The folder in which each thread gets one of its own. */
  scratch = tmpdir();
}

/**
 * Ingestion inside of the app, each run in a thread of its own: whatever it computes, requests are answered meanwhile. The thread gets keys
 * by a message in memory, and nothing of the environment or the arguments of the process.
 */
@Injectable()
export class EmbeddedEngine extends IngestionEngine {
  private readonly logger = new Logger('Jobs');
  private readonly planning: Slots;

  constructor(
    private readonly code: ThreadCode,
    private readonly config: S3Config,
    private readonly limits: JobsLimits,
  ) {
    super();
    this.planning = new Slots(limits.plansAtOnce);
  }

  override async manifest(
    source: EngineEnd,
    knownEtag: string | undefined,
    signal: AbortSignal,
  ): Promise<ManifestReading> {
    const onEvents = (): Promise<void> => Promise.resolve();
    const order: ThreadOrder = { kind: 'manifest', endpoints: this.endpoints, source: inClear(source), knownEtag };
    const said = await this.inThread(order, { signal, onEvents });
    if (said.kind !== 'read') throw new EngineCrashed('defect');
    return said.manifest;
  }

  override plan(work: IngestionWork, signal: AbortSignal): Promise<IngestionPlan> {
    return this.planning.use(async () => {
      const onEvents = (): Promise<void> => Promise.resolve();
      const said = await this.work(work, undefined, { signal, onEvents });
      if (said.kind !== 'planned') throw new EngineCrashed('defect');
      return said.plan;
    }, signal);
  }

  override async run(order: RunOrder, controls: RunControls): Promise<RunResult> {
    const { jobId, userId, manifestEtag } = order;
    const said = await this.work(order, { jobId, userId, manifestEtag }, controls);
    if (said.kind !== 'ran') throw new EngineCrashed('defect');
    return said.result;
  }

  private get endpoints(): ThreadEndpoints {
    const { endpoints, defaultEndpoint } = this.config;
    return { listed: endpoints, defaultEndpoint: defaultEndpoint?.href };
  }

  /** What the thread has on the disk goes with it, however it ends. */
  private async work(work: IngestionWork, run: ThreadWork['run'], controls: RunControls): Promise<LastWord> {
    controls.signal.throwIfAborted();
    const { endpoints } = this;
    const { request } = work;
    const [source, target] = [inClear(work.source), inClear(work.target)];
    const scratch = await makeOwnFolder(this.code.scratch, 'lakescope-ingestion-');
    try {
      return await this.inThread({ kind: 'work', endpoints, scratch, source, target, request, run }, controls);
    } finally {
      await rm(scratch, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) =>
        this.logger.warn({ err: error, msg: 'The folder of an engine of ingestion could not be deleted' }),
      );
    }
  }

  /** Resolves with the last word of the thread, once the thread has ended. */
  private async inThread(order: ThreadOrder, { signal, onEvents }: RunControls): Promise<LastWord> {
    signal.throwIfAborted();
    const worker = new Worker(this.code.file, {
      workerData: order,
      env: {},
      argv: [],
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMegabytes },
    });
    const tell = (message: ToThread): void => worker.postMessage(message);
    let killer: NodeJS.Timeout | undefined;
    let isKilled = false;
    const stop = (): void => {
      tell({ kind: 'stop' });
      killer ??= setTimeout(() => {
        isKilled = true;
        void worker.terminate();
      }, this.limits.stopMs);
    };
    signal.addEventListener('abort', stop, { once: true });
    // It may have fired while the thread was made.
    if (signal.aborted) stop();
    try {
      return await new Promise((resolve, reject) => {
        let taking: Promise<void> = Promise.resolve();
        worker.on('message', (said: FromThread) => {
          if (said.kind === 'events') {
            taking = taking.then(() => onEvents(said.events)).then(() => tell({ kind: 'taken' }));
            // Who cannot take them any more ends the run.
            taking.catch(reject);
            return;
          }
          // It is the last one; what came before it is taken first.
          taking.then(() => {
            if (said.kind === 'read' || said.kind === 'planned' || said.kind === 'ran') resolve(said);
            else if (said.kind === 'failed') reject(new EngineFailure(said.complaint));
            else reject(new EngineCrashed('defect', this.crashOf(said)));
          }, reject);
        });
        worker.once('error', (error: NodeJS.ErrnoException) => {
          const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
          if (!isMemory) this.logger.error({ err: error, msg: 'The engine of ingestion has ended by an error' });
          reject(new EngineCrashed(isMemory ? 'out of memory' : 'defect', error));
        });
        // Without a last word.
        const ended = (): void => reject(new EngineCrashed(isKilled ? 'stopped' : 'defect'));
        worker.once('exit', () => void taking.then(ended, ended));
      });
    } finally {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
      await worker.terminate();
    }
  }

  private crashOf(last: Extract<FromThread, { kind: 'crashed' }>): Error {
    const error = new Error(last.message);
    error.name = last.name;
    if (last.stack !== undefined) error.stack = last.stack;
    this.logger.error({ err: error, msg: 'The engine of ingestion has a defect' });
    return error;
  }
}

type LastWord = Extract<FromThread, { kind: 'read' | 'planned' | 'ran' }>;

function inClear({ target, bucket, path }: EngineEnd): ThreadEnd {
  const { endpoint, region, pathStyle, keys, role } = target;
  return {
    endpoint,
    region,
    pathStyle,
    keys: {
      accessKeyId: keys.accessKeyId.reveal(),
      secretAccessKey: keys.secretAccessKey.reveal(),
      sessionToken: keys.sessionToken?.reveal(),
    },
    role,
    bucket,
    path,
  };
}
