import { Module, type DynamicModule } from '@nestjs/common';
import { EverythingSearch } from './everything-search';
import { SearchLimits } from './search-limits';
import { EverythingController } from './search.controller';

/** One search over what other modules have. */
@Module({ controllers: [EverythingController], providers: [EverythingSearch] })
export class SearchModule {
  /** `places`: the modules that are searched, as the app imports them: of the catalog, of serving endpoints and of jobs. */
  static over(places: NonNullable<DynamicModule['imports']>, limits: SearchLimits = new SearchLimits()): DynamicModule {
    return { module: SearchModule, imports: places, providers: [{ provide: SearchLimits, useValue: limits }] };
  }
}
