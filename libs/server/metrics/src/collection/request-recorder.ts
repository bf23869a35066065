import { LakebaseConfig } from '@lakescope/server-config';
import { RequestObservers, type ObservedRequest } from '@lakescope/server-http';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SampleStore } from './sample-store';

/** The route by which people have erased what names them. */
const ERASURE = { method: 'DELETE', endpoint: '/api/v1/user/me/data' } as const;

/** Makes every request a sample, as long as there is a database to keep it in. */
@Injectable()
export class RequestRecorder implements OnModuleInit {
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly config: LakebaseConfig,
    private readonly observers: RequestObservers,
    private readonly store: SampleStore,
  ) {}

  onModuleInit(): void {
    if (this.config.configured)
      this.observers.add((request) => this.store.record(isErasure(request) ? withoutName(request) : request));
    else this.logger.debug('Skipping performance metric collection - Lakebase not configured');
  }
}

function isErasure({ method, endpoint }: ObservedRequest): boolean {
  return method === ERASURE.method && endpoint === ERASURE.endpoint;
}

/** It ends after the erasure, so nothing would erase it; the log names the person beside the correlation id. */
function withoutName(request: ObservedRequest): ObservedRequest {
  return { ...request, userId: undefined, correlationId: '' };
}
