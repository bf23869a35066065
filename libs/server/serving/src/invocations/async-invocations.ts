import { LakebaseNotConfigured } from '@lakescope/server-persistence';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { ModelQuestion } from './model-invoker';

/** Invocations that are answered later: they outlive the request that began them, and the proxy's patience. */
export abstract class AsyncInvocations {
  /** Begins one and answers the id it is asked for by. */
  abstract start(caller: UserCaller, endpointName: string, question: ModelQuestion): Promise<string>;
}

/** Without a place to keep the answers. */
@Injectable()
export class NoAsyncInvocations extends AsyncInvocations {
  override start(): Promise<string> {
    return Promise.reject(new LakebaseNotConfigured('An invocation that is answered later'));
  }
}
