export { SearchLimits } from './search-limits';
export { SearchModule } from './search.module';
