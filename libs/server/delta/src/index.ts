export { DeltaModule } from './delta.module';
