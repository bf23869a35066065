import { AuthModule } from '@lakescope/server-auth';
import { ConfigModule, type AppConfig } from '@lakescope/server-config';
import { HttpModule, type HttpLimits, type Product } from '@lakescope/server-http';
import { Module, type DynamicModule } from '@nestjs/common';

/** The modules of the server, and nothing else. */
@Module({})
export class AppModule {
  static with(config: AppConfig, product: Product, limits?: HttpLimits): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigModule.with(config), HttpModule.with(product, limits), AuthModule],
    };
  }
}
