import { ApiProperty } from '@nestjs/swagger';
import { ApiPage } from '@lakescope/server-http';

/** A Delta table below the folder that was searched. */
export class FoundTableDto {
  /** Path of its folder, ready to be used as a source. */
  @ApiProperty({ example: '/Volumes/demo/lake/tables/airports' })
  path!: string;

  /** Path below the searched folder; empty when the folder itself is the table. */
  @ApiProperty({ example: 'airports' })
  relative_path!: string;

  /** Name of the folder. */
  @ApiProperty({ example: 'airports' })
  name!: string;

  static from(location: string, found: { path: string; name: string }): FoundTableDto {
    const dto = new FoundTableDto();
    dto.path = found.path === '' ? location : `${location}/${found.path}`;
    dto.relative_path = found.path;
    dto.name = found.name;
    return dto;
  }
}

/** A page of tables. */
export class FoundTablePage extends ApiPage(FoundTableDto) {}
