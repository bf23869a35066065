import { likePattern } from '../../../unity-catalog/like-pattern';
import type { NameFilter } from '../engine-catalog';
import type { ColumnFilter } from '../language/wanted-rows';

/** The filters of a statement as filters of names. Names compare without case here; DuckDB looks at the rest. */
export class WantedNames {
  constructor(private readonly filters: readonly ColumnFilter[]) {}

  of(column: string): NameFilter {
    const own = this.filters.filter(({ path }) => path.at(-1)?.toLowerCase() === column);
    const sets = own.flatMap(({ is }) =>
      'values' in is ? [new Set(is.values.map((value) => value.toLowerCase()))] : [],
    );
    const patterns = own.flatMap(({ is }) => ('like' in is && is.like !== '' ? [likePattern(is.like)] : []));
    const [among, ...more] = sets;
    return {
      among,
      fits: (name) => {
        const lower = name.toLowerCase();
        return [among, ...more].every((set) => set?.has(lower) ?? true) && patterns.every((fits) => fits(name));
      },
    };
  }
}
