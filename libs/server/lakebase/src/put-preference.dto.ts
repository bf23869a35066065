import { ApiProperty } from '@nestjs/swagger';
import { IsDefined, IsString, MaxLength, MinLength } from 'class-validator';

/** Stores one preference of the caller. */
export class PutPreferenceDto {
  /** Name of the preference; only registered names are accepted. */
  @ApiProperty({ example: 'theme' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  preference_key!: string;

  /** The value, as the JSON schema of the key demands; at most 100 KB. */
  @ApiProperty({
    oneOf: [
      { type: 'object', additionalProperties: true },
      { type: 'array', items: {} },
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
    ],
    example: 'dark',
  })
  @IsDefined()
  preference_value!: unknown;
}
