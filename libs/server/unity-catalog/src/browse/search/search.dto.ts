import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ApiPage, Paged } from '@lakescope/server-http';
import { Transform } from 'class-transformer';
import { ArrayUnique, IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { VIAS, type Via } from '../browse-page.dto';
import { BrowseOptions } from '../browse-query.dto';

export const OBJECT_KINDS = ['catalog', 'schema', 'table', 'volume'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** What to search for, and how far that may go. */
export class SearchedText extends BrowseOptions {
  /** Part of a name or of a full name such as `lake.air`; upper and lower case are the same. */
  @ApiProperty({ example: 'air' })
  @IsString()
  @MaxLength(255)
  @Matches(/^(?=.*\S)[^\p{Cc}]+$/u, { message: '$property must be some text without control characters' })
  q!: string;
}

/** What to search for. */
export class SearchQuery extends Paged(SearchedText) {
  @ApiPropertyOptional({
    type: String,
    example: 'table,volume',
    description: 'Kinds of objects, separated by commas: catalog, schema, table, volume. Left out, all of them.',
  })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(OBJECT_KINDS, { each: true, message: 'kinds must be of catalog, schema, table, volume' })
  @ArrayUnique()
  kinds?: ObjectKind[];
}

/** Something that was found. */
export class SearchHitDto {
  /** What it is. */
  @ApiProperty({ enum: OBJECT_KINDS })
  kind!: ObjectKind;

  /** Its own name. */
  @ApiProperty({ example: 'airports' })
  name!: string;

  /** Its name and those of what it lies in, joined by dots. */
  @ApiProperty({ example: 'demo.lake.airports' })
  full_name!: string;

  /** Catalog it is, or belongs to. */
  @ApiProperty({ example: 'demo' })
  catalog_name!: string;

  /** Schema it is, or belongs to; null for a catalog. */
  @ApiProperty({ type: String, nullable: true, example: 'lake' })
  schema_name!: string | null;

  /** What is said about it, where the list it was found in tells. */
  comment!: string | null;
}

/** A page of what was found: the best first. */
export class SearchPage extends ApiPage(SearchHitDto) {
  /** How the platform was asked. */
  @ApiProperty({ enum: VIAS })
  via!: Via;

  /** Whether not everything the caller may see was looked through: there is too much of it, or a part could not be listed. */
  incomplete!: boolean;
}
