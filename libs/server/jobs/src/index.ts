export { ThreadCode } from './engine/embedded-engine';
export { JobsModule } from './jobs.module';
