import { ServiceRefusal } from '../http/refusals';
import type { Principal } from '../identity/directory';
import type { Deployment } from './deployment';
import { LARGEST_CUSTOM_BODY, LARGEST_FOUNDATION_BODY, refuseLarger } from './invocation-body';
import type { RateLimits } from './rate-limits';
import type { ModelAnswer, ModelCall } from './served-model';
import type { ServingEndpoints } from './serving-endpoints';

/** A request to an endpoint; `served` asks one of its entities past the traffic routes. */
export interface Invocation extends ModelCall {
  readonly endpoint: string;
  readonly served?: string;
}

/** A request that has found its served entity, until its answer is out. */
export interface RunningInvocation {
  readonly served: string;
  answer(): Promise<ModelAnswer>;
  /** The answer, or what there is of it, has been sent with this status. */
  close(status: number): void;
}

/** Brings requests to the models of endpoints, within their rights and limits, and counts them. */
export class Invocations {
  constructor(
    private readonly endpoints: ServingEndpoints,
    private readonly limits: RateLimits,
  ) {}

  /** Refuses callers without the right, and endpoints that are not there or serve nothing. */
  begin(caller: Principal, invocation: Invocation): RunningInvocation {
    if (this.endpoints.find(invocation.endpoint) === undefined) throw noSuchEndpoint();
    const endpoint = this.endpoints.require(caller, invocation.endpoint, 'CAN_QUERY');
    const running = this.endpoints.runningOf(endpoint);
    if (running === undefined) {
      throw new ServiceRefusal(503, 'TEMPORARILY_UNAVAILABLE', `Endpoint ${endpoint.name} is not ready.`);
    }
    const name = invocation.served ?? running.traffic.next();
    const deployment = running.deployments.find(({ entity }) => entity.name === name);
    if (deployment === undefined) throw noSuchEndpoint();

    const startedAt = performance.now();
    let leave: (() => void) | undefined;
    let countTokens: ((answered: ModelAnswer) => void) | undefined;
    let answered: ModelAnswer | undefined;
    return {
      served: name,
      answer: async () => {
        const most = deployment.entity.kind === 'custom' ? LARGEST_CUSTOM_BODY : LARGEST_FOUNDATION_BODY;
        refuseLarger(invocation.body.length, most);
        const count = this.limits.take(caller, endpoint);
        countTokens = (answer) => count(tokensOf(answer));
        const entered = await deployment.enter();
        leave = entered.leave;
        answered = await entered.model.answer(invocation);
        return answered;
      },
      close: (status) => {
        leave?.();
        if (answered !== undefined) countTokens?.(answered);
        record(deployment, status, performance.now() - startedAt);
      },
    };
  }
}

function tokensOf({ usage }: ModelAnswer): number {
  const counted = typeof usage === 'function' ? usage() : usage;
  return counted?.total_tokens ?? 0;
}

function record({ metrics, serviceLog }: Deployment, status: number, milliseconds: number): void {
  metrics.record(status, milliseconds);
  serviceLog.add(`"POST /invocations" ${status} ${milliseconds.toFixed(1)} ms`);
}

function noSuchEndpoint(): ServiceRefusal {
  return new ServiceRefusal(
    404,
    'ENDPOINT_NOT_FOUND',
    'The given endpoint does not exist, please retry after checking the specified model and version deployment exists.',
  );
}
