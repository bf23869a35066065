import { Module, type DynamicModule } from '@nestjs/common';
import { EndpointSchemaDetector } from './detection/endpoint-schema-detector';
import { SchemaController } from './detection/schema.controller';
import { EndpointSearch } from './endpoints/endpoint-search';
import { EndpointTraitsLookup } from './endpoints/endpoint-traits';
import { EndpointsController } from './endpoints/endpoints.controller';
import { ServingEndpoints } from './endpoints/serving-endpoints';
import { ServingPermission } from './endpoints/serving-permission';
import { ServingProbe } from './endpoints/serving-probe';
import { HistoryModule } from './history/history.module';
import { LaterController } from './history/later.controller';
import { LaterInvocations } from './history/later-invocations';
import { RerunController } from './history/rerun.controller';
import { AsyncInvocations } from './invocations/async-invocations';
import { InputValidation } from './invocations/input-validation';
import { Invocations } from './invocations/invocations';
import { InvocationsController } from './invocations/invocations.controller';
import { LargeBodies } from './invocations/large-bodies';
import { MissingModel } from './invocations/missing-model';
import { ModelInvoker } from './invocations/model-invoker';
import { ServingLimits } from './limits';
import { EndpointMonitor } from './monitoring/endpoint-monitor';
import { MonitorController } from './monitoring/monitor.controller';
import { ModelStreams } from './streaming/model-streams';
import { StreamController } from './streaming/stream.controller';

/** Model serving: which endpoints there are, what they take, and what they answer. */
@Module({
  imports: [HistoryModule],
  controllers: [
    EndpointsController,
    InvocationsController,
    LaterController,
    MonitorController,
    RerunController,
    SchemaController,
    StreamController,
  ],
  providers: [
    { provide: AsyncInvocations, useClass: LaterInvocations },
    EndpointMonitor,
    EndpointSchemaDetector,
    EndpointSearch,
    EndpointTraitsLookup,
    InputValidation,
    Invocations,
    LargeBodies,
    MissingModel,
    ModelInvoker,
    ModelStreams,
    ServingEndpoints,
    ServingPermission,
    ServingProbe,
  ],
  exports: [EndpointSearch],
})
export class ServingModule {
  static with(limits: ServingLimits = new ServingLimits()): DynamicModule {
    return { module: ServingModule, providers: [{ provide: ServingLimits, useValue: limits }] };
  }
}
