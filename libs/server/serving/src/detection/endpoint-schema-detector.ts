import { setTimeout as wait } from 'node:timers/promises';
import { DatabricksClients, PlatformError, type ServingEndpoint } from '@lakescope/databricks-client';
import { currentCorrelationId, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { EndpointMemory } from '../endpoints/endpoint-memory';
import { kindOf, modelTypeOf, taskOf, type ModelType } from '../endpoints/model-type';
import { unlessMissing } from '../endpoints/serving-endpoints';
import { DetectionEvents } from '../inference-log';
import { ServingLimits } from '../limits';
import { checkedInput, type DetectedSchema, type DetectionStatus, type SchemaSource } from './detected-schema';
import type { InputSchema } from './json-schema';
import { CustomModelSources, SOON, type Asking } from './schema-sources';
import { ANY_MODEL, schemaByName, schemaOfTask } from './task-schemas';

/** What was found, before it is timed and kept. */
interface Finding {
  readonly type: ModelType;
  readonly status: DetectionStatus;
  readonly source?: SchemaSource;
  readonly input?: InputSchema;
  readonly message?: string;
}

/** Refusals of the token, or a client who has left: they are answered as everywhere, and are no finding. */
const NO_FINDING: ReadonlySet<string> = new Set(['aborted', 'token_expired', 'unauthenticated', 'scope_missing']);

/**
 * Finds out what an endpoint takes: by its task; else by what its model says of itself; else by its name; else it says that nothing is known.
 * All of it within a few seconds, with the caller's rights; what was found is remembered for a minute.
 */
@Injectable()
export class EndpointSchemaDetector {
  private readonly memory: EndpointMemory<DetectedSchema>;

  constructor(
    private readonly databricks: DatabricksClients,
    private readonly events: DetectionEvents,
    private readonly limits: ServingLimits,
  ) {
    this.memory = new EndpointMemory(limits.rememberedMs);
  }

  /** As remembered, or found out now. Throws EndpointNotFound, and what is wrong with the caller's token. */
  async detect(caller: UserCaller, endpointName: string, signal: AbortSignal): Promise<DetectedSchema> {
    return this.memory.get(caller, endpointName) ?? this.detectAnew(caller, endpointName, signal);
  }

  async detectAnew(caller: UserCaller, endpointName: string, signal: AbortSignal): Promise<DetectedSchema> {
    const began = performance.now();
    const detectedAt = new Date();
    const within = AbortSignal.any([signal, AbortSignal.timeout(this.limits.detectionMs)]);
    const tell = (finding: Finding): DetectedSchema => {
      const latencyMs = Math.round((performance.now() - began) * 10) / 10;
      const { type, status, source, message } = finding;
      const input = finding.input === undefined ? undefined : checkedInput(finding.input);
      const detected = { endpointName, type, status, source, input, message, latencyMs, detectedAt };
      this.note(caller, detected);
      return detected;
    };
    try {
      const detected = tell(await this.find(caller, endpointName, within));
      if (detected.status === 'SUCCESS') this.memory.set(caller, endpointName, detected);
      return detected;
    } catch (error) {
      if (signal.aborted || !(error instanceof PlatformError)) throw error;
      if (within.aborted) return tell(template('TIMEOUT', `Not found out within ${this.limits.detectionMs / 1000} s`));
      if (NO_FINDING.has(error.kind)) throw error;
      if (error.kind === 'permission_denied')
        return tell({ type: 'UNKNOWN', status: 'PERMISSION_DENIED', message: error.message });
      if (error.kind === 'rate_limited')
        return tell(template('TIMEOUT', `The platform is asked too often: ${error.message}`));
      if (error.kind === 'not_found' || error.kind === 'endpoint_not_found') {
        tell({ type: 'UNKNOWN', status: 'FAILURE', message: error.message });
        return unlessMissing(endpointName)(error);
      }
      return tell(template('FAILURE', error.message));
    }
  }

  private async find(caller: UserCaller, endpointName: string, signal: AbortSignal): Promise<Finding> {
    const client = this.databricks.asUser(caller);
    const ask: Asking = (call) => this.backingOff(() => call({ signal }), signal);
    const endpoint = await ask((options) => client.serving.getEndpoint(endpointName, { ...options, retry: SOON }));
    const type = modelTypeOf(endpoint);
    if (endpoint.permission_level === 'CAN_VIEW') {
      return {
        type,
        status: 'PERMISSION_DENIED',
        message: 'You may see this endpoint but not ask it; whoever manages it can give you CAN_QUERY',
      };
    }
    const byTask = inputOfTask(endpoint);
    if (byTask !== undefined) return { type, status: 'SUCCESS', source: 'task', input: byTask };
    const { found, misses, isDenied } = await new CustomModelSources(client, ask).search(endpoint);
    if (found !== undefined) return { type: 'MLFLOW_MODEL', status: 'SUCCESS', ...found };
    if (isDenied) return { type, status: 'PERMISSION_DENIED', message: misses.join('. ') };
    const guessed = schemaByName(endpointName);
    if (guessed !== undefined) {
      const message = `Guessed by the name of the endpoint. ${misses.join('. ')}`;
      return { type: 'FOUNDATION_MODEL', status: 'SUCCESS', source: 'heuristic', input: guessed, message };
    }
    return { ...template('FAILURE', `What the model takes is not known. ${misses.join('. ')}`), type };
  }

  /** Waits as long as the platform says, at least 2, 4 and 8 seconds, while the detection has time left. */
  private async backingOff<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        const delayMs = this.limits.detectionBackOffMs[attempt];
        if (!(error instanceof PlatformError) || error.kind !== 'rate_limited' || delayMs === undefined) throw error;
        await wait(Math.max(delayMs, (error.retryAfterSeconds ?? 0) * 1000), undefined, { signal }).catch(() => {
          throw error;
        });
      }
    }
  }

  private note(caller: UserCaller, detected: DetectedSchema): void {
    this.events.record(caller, {
      endpointName: detected.endpointName,
      detectedType: detected.type,
      status: detected.status,
      source: detected.source ?? null,
      latencyMs: detected.latencyMs,
      errorMessage: detected.message ?? null,
      detectedAt: detected.detectedAt,
      correlationId: currentCorrelationId() ?? '',
    });
  }
}

/** Foundation and external models without a task are asked as most of them are. */
function inputOfTask(endpoint: ServingEndpoint): InputSchema | undefined {
  const task = taskOf(endpoint);
  const known = task === undefined ? undefined : schemaOfTask(task);
  if (known !== undefined) return known;
  const entities = endpoint.config?.served_entities ?? [];
  if (entities.every((entity) => kindOf(entity) === 'custom')) return undefined;
  const names = entities.map((entity) => entity.foundation_model?.name ?? entity.external_model?.name ?? '');
  return schemaByName([endpoint.name, ...names].join(' ')) ?? schemaOfTask('llm/v1/chat');
}

/** What fits anything, with the reason why there is nothing better. */
function template(status: 'FAILURE' | 'TIMEOUT', message: string): Finding {
  return { type: 'UNKNOWN', status, source: 'fallback', input: ANY_MODEL, message };
}
