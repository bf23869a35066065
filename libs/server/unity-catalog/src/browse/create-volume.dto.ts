import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { OBJECT_NAME, OBJECT_NAME_RULE } from './browse-query.dto';

/** A managed volume that is to be there. */
export class CreateVolumeDto {
  /** Catalog of the volume. */
  @ApiProperty({ example: 'demo' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  catalog!: string;

  /** Schema of the volume. */
  @ApiProperty({ example: 'lake' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  schema!: string;

  /** Name of the volume. */
  @ApiProperty({ example: 'exports' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  name!: string;

  /** What is said about the volume when it is created. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(1024)
  comment?: string;
}
