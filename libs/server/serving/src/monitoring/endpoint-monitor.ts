import { DatabricksClients } from '@lakescope/databricks-client';
import { InvalidRequest, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { ServingEndpoints, unlessMissing } from '../endpoints/serving-endpoints';
import type { EndpointLogsDto, EndpointLogsQuery } from './endpoint-logs.dto';
import { ServingMetricsDto } from './endpoint-metrics.dto';
import { samplesOf } from './prometheus-text';

const MOST_LINES = 1_000;
const LONGEST_LINE = 2_000;

/** How endpoints do, as the platform measures and logs it; with the caller's rights. */
@Injectable()
export class EndpointMonitor {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly endpoints: ServingEndpoints,
  ) {}

  async metrics(caller: UserCaller, name: string, signal: AbortSignal): Promise<ServingMetricsDto> {
    const text = await this.databricks.asUser(caller).serving.metrics(name, { signal }).catch(unlessMissing(name));
    return ServingMetricsDto.from(name, samplesOf(text), new Date());
  }

  async logs(
    caller: UserCaller,
    name: string,
    { served_entity: wanted, kind = 'service' }: EndpointLogsQuery,
    signal: AbortSignal,
  ): Promise<EndpointLogsDto> {
    const servedEntity = await this.entityOf(caller, name, wanted, signal);
    const text = await this.databricks
      .asUser(caller)
      .serving.logs(name, servedEntity, kind, { signal })
      .catch(unlessMissing(name));
    const lines = text.replace(/\n$/, '').split(/\r?\n/);
    return {
      served_entity: servedEntity,
      kind,
      lines: text === '' ? [] : lines.slice(-MOST_LINES).map((line) => line.slice(0, LONGEST_LINE)),
      truncated: lines.length > MOST_LINES,
    };
  }

  /** Only names that the endpoint has: a wrong one is told as such, and not as a missing endpoint. */
  private async entityOf(
    caller: UserCaller,
    name: string,
    wanted: string | undefined,
    signal: AbortSignal,
  ): Promise<string> {
    const { config, pending_config: pending } = await this.endpoints.find(caller, name, signal);
    const names = [...(config?.served_entities ?? []), ...(pending?.served_entities ?? [])].flatMap(
      (one) => one.name ?? [],
    );
    const found = wanted === undefined ? names[0] : names.find((one) => one === wanted);
    if (found !== undefined) return found;
    const message = names.length === 0 ? 'has no model yet' : `must be one of ${names.join(', ')}`;
    throw new InvalidRequest(`served_entity ${message}`, [{ path: 'served_entity', message }]);
  }
}
