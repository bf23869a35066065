import { ServingHistoryConfig } from '@lakescope/server-config';
import { Cursors, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { HeldBytes } from '../invocations/held-bytes';
import { InputsNotKept, InvocationNotFound, StillUnderWay } from './history.errors';
import { HistoryLimits } from './history-limits';
import { InferenceRows } from './inference-rows';
import { InferenceWriter } from './inference-writer';
import { inferenceLogJson, listedInference } from './inference-log.dto';
import { hasEnded, type KeptInference, type KeptQuestion } from './kept-inference';
import type { ListInferenceLogsQuery } from './list-inference-logs.dto';

/** What a person has asked models before. Answers JSON text, in which payloads stand as they came. */
@Injectable()
export class InferenceHistory {
  constructor(
    private readonly rows: InferenceRows,
    private readonly writer: InferenceWriter,
    private readonly cursors: Cursors,
    private readonly limits: HistoryLimits,
    private readonly config: ServingHistoryConfig,
    private readonly held: HeldBytes,
  ) {}

  /** A page of the list. */
  async list(
    caller: UserCaller,
    { endpoint, status, from, to, limit, cursor }: ListInferenceLogsQuery,
  ): Promise<string> {
    const scope = JSON.stringify(['inference-logs', caller.userId, endpoint, status, from, to]);
    const place = this.cursors.decodeTexts(scope, cursor, 2);
    const after = place === undefined ? undefined : { createdAt: place[0], requestId: place[1] };
    await this.writer.settled();
    const found = await this.rows.list(caller, { endpointName: endpoint, status, from, to }, limit + 1, after);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    const next = last === undefined ? null : this.cursors.encode(scope, [last.createdAt.toISOString(), last.requestId]);
    const texts = items.map((item) => inferenceLogJson(listedInference(item, this.limits.listedCharacters)));
    return `{"items":[${texts.join(',')}],"next_cursor":${JSON.stringify(next)}}`;
  }

  /** One invocation. Throws InvocationNotFound. */
  async read(caller: UserCaller, requestId: string): Promise<string> {
    await this.writer.settled();
    const kept = await this.rows.find(caller, requestId);
    if (kept === undefined) throw this.missing(requestId);
    return inferenceLogJson(kept);
  }

  /**
   * One that may be answered later, with all of its answer and without its inputs. A long answer is held until `sent`. Throws
   * InvocationNotFound or TooMuchHeld.
   */
  async progress(caller: UserCaller, requestId: string, sent: (then: () => void) => void): Promise<KeptInference> {
    await this.writer.settled();
    const held = this.held.begin(caller);
    try {
      const kept = await this.rows.findAnswer(caller, requestId, (bytes) => held.take(bytes));
      if (kept === undefined) throw this.missing(requestId);
      if (held.bytes > 0) sent(() => held.release());
      return kept;
    } catch (error) {
      held.release();
      throw error;
    }
  }

  /** What was asked then, to be asked again. Throws InvocationNotFound, StillUnderWay or InputsNotKept. */
  async question(caller: UserCaller, requestId: string): Promise<KeptQuestion> {
    await this.writer.settled();
    const kept = await this.rows.findQuestion(caller, requestId);
    if (kept === undefined) throw this.missing(requestId);
    if (!hasEnded(kept)) throw new StillUnderWay(requestId);
    if (!kept.hasWholeInputs || kept.inputs === null) throw new InputsNotKept(requestId);
    return {
      endpointName: kept.endpointName,
      servedEntity: kept.askedEntity ?? undefined,
      timeoutSeconds: kept.timeoutSeconds ?? undefined,
      inputs: Buffer.from(kept.inputs),
    };
  }

  /** Answers how many invocations are gone. Those under way go on. */
  async erase(caller: UserCaller): Promise<number> {
    await this.writer.settled();
    return this.rows.erase(caller);
  }

  private missing(requestId: string): InvocationNotFound {
    return new InvocationNotFound(requestId, this.config.keptDays);
  }
}
