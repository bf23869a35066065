import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as TransformTo } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

interface PageAsked {
  limit: number;
  cursor?: string;
}

/**
 * A filter that also takes what every list takes: `class ListThingsQuery extends Paged(ThingFilter) {}`. By inheritance and not by the
 * OpenAPI package's `IntersectionType`: the running server is bundled without that package, and the class would have no rules there.
 */
export function Paged<T extends object>(Filter: Type<T>): Type<T & PageAsked> {
  class PagedFilter extends (Filter as Type<object>) implements PageAsked {
    @ApiPropertyOptional({
      type: 'integer',
      minimum: 1,
      maximum: 500,
      default: 50,
      description: 'Most items of one page.',
    })
    @TransformTo(() => Number)
    @IsInt()
    @Min(1)
    @Max(500)
    limit: number = 50;

    @ApiPropertyOptional({ type: String, maxLength: 4096, description: 'The `next_cursor` of the page before.' })
    @IsOptional()
    @IsString()
    @MaxLength(4096)
    cursor?: string;
  }
  return PagedFilter as Type<T & PageAsked>;
}

/** What every list takes. */
export class PageQuery extends Paged(class {}) {}

export interface PageOf<T> {
  items: T[];
  next_cursor: string | null;
}

/** The class of a page of `Item`, for the document: `class CatalogPage extends ApiPage(CatalogDto) {}`. */
export function ApiPage<T>(Item: Type<T>): Type<PageOf<T>> {
  class ItemPage implements PageOf<T> {
    @ApiProperty({ type: () => [Item] })
    items!: T[];

    @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last one.' })
    next_cursor!: string | null;
  }
  return ItemPage;
}
