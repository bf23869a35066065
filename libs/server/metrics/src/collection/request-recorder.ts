import { LakebaseConfig } from '@lakescope/server-config';
import { RequestObservers } from '@lakescope/server-http';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SampleStore } from './sample-store';

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
    if (this.config.configured) this.observers.add((request) => this.store.record(request));
    else this.logger.debug('Skipping performance metric collection - Lakebase not configured');
  }
}
