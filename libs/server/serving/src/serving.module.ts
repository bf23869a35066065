import { Module } from '@nestjs/common';
import { EndpointsController } from './endpoints/endpoints.controller';
import { ServingEndpoints } from './endpoints/serving-endpoints';
import { DetectionEvents, InferenceLog, KeepsNoDetections, KeepsNoInferences } from './inference-log';

/** Model serving: which endpoints there are, what they take, and what they answer. */
@Module({
  controllers: [EndpointsController],
  providers: [
    { provide: DetectionEvents, useClass: KeepsNoDetections },
    { provide: InferenceLog, useClass: KeepsNoInferences },
    ServingEndpoints,
  ],
})
export class ServingModule {}
