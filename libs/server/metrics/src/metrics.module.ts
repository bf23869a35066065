import { Module } from '@nestjs/common';

/** Every request counted, what people do in the app, and what can be said about both. */
@Module({})
export class MetricsModule {}
