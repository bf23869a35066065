import { ApiProperty } from '@nestjs/swagger';

/** A link to a file, for whoever asked for it. */
export class DownloadUrlDto {
  /** Leads to the storage itself. Whoever has it reads the file without signing in, so it is a secret. */
  @ApiProperty({ example: 'https://storage.example.com/files/airports.csv?signature=...' })
  url!: string;

  /** When it stops working. */
  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}
