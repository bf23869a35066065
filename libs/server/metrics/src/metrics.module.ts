import { Module } from '@nestjs/common';
import { CollectionModule } from './collection/collection.module';

/** Every request counted, what people do in the app, and what can be said about both. */
@Module({
  imports: [CollectionModule],
})
export class MetricsModule {}
