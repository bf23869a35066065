export { ThreadCode } from './engine/embedded-engine';
export { JobsModule } from './jobs.module';
export { JobSearch } from './runs/job-search';
export { JobSummaryDto } from './runs/job.dto';
