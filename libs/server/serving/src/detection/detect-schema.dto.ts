import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsOptional } from 'class-validator';

/** Whether what is remembered will do. */
export class DetectSchemaQuery {
  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'Looks again, whatever was found within the last minute.',
  })
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsOptional()
  @IsBoolean({ message: '$property must be true or false' })
  refresh?: boolean;
}
