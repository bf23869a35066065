import { DatabricksClients } from '@lakescope/databricks-client';
import { DatabricksConfig, QueryConfig } from '@lakescope/server-config';
import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { currentCorrelationId } from './correlation';
import { publicLookup } from './outbound-address';
import { Product } from './product';

@Injectable()
class ClosesClients implements OnApplicationShutdown {
  constructor(@Inject(DatabricksClients) private readonly clients: DatabricksClients) {}

  async onApplicationShutdown(): Promise<void> {
    await this.clients.close();
  }
}

/** One set of platform clients for the whole process: the pool of sockets is theirs. */
@Global()
@Module({
  providers: [
    {
      provide: DatabricksClients,
      inject: [DatabricksConfig, Product, QueryConfig],
      useFactory: (
        { host, clientId, clientSecret }: DatabricksConfig,
        product: Product,
        { resultHosts: hosts }: QueryConfig,
      ) =>
        new DatabricksClients({
          host: host.href,
          ...(clientId === undefined || clientSecret === undefined ? {} : { app: { clientId, clientSecret } }),
          product,
          correlationId: currentCorrelationId,
          results: { hosts, lookup: publicLookup },
        }),
    },
    ClosesClients,
  ],
  exports: [DatabricksClients],
})
export class DatabricksModule {}
