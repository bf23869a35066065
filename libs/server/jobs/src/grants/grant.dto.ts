import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { Matches, MaxLength } from 'class-validator';

const LONGEST = 300;

/** Lets a person start jobs with a connection. */
export class GrantS3ConnectionDto {
  /** Whom: as they sign in, mostly an address of mail. */
  @ApiProperty({ example: 'bo@example.com', maxLength: LONGEST })
  // Not `.` or `..`, which every client takes out of a path before it is sent: such a grant could not be taken back.
  @Matches(/^(?!\.{1,2}$)[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u, {
    message: '$property must be the name a person signs in with, like bo@example.com',
  })
  @MaxLength(LONGEST)
  grantee!: string;
}

/** That a person may start jobs with a connection. */
export class S3ConnectionGrantDto {
  @ApiProperty({ format: 'uuid' })
  connection_id!: string;

  @ApiProperty({ example: 'bo@example.com' })
  grantee!: string;

  @ApiProperty({ format: 'date-time' })
  granted_at!: string;
}

export class S3ConnectionGrantPage extends ApiPage(S3ConnectionGrantDto) {}

/** A connection that somebody else lets the caller start jobs with. */
export class GrantedConnectionDto {
  @ApiProperty({ format: 'uuid' })
  connection_id!: string;

  /** What its owner calls it. */
  @ApiProperty({ example: 'Claims lake' })
  name!: string;

  /** Its owner. */
  @ApiProperty({ example: 'ana@example.com' })
  granted_by!: string;

  /** The only bucket it may be used in; null: it names none now, and cannot be used. */
  @ApiProperty({ type: String, nullable: true, example: 'claims-lake' })
  bucket!: string | null;

  /** Where in the bucket it may be used: below this. */
  @ApiProperty({ example: 'tables/' })
  prefix!: string;

  @ApiProperty({ format: 'date-time' })
  granted_at!: string;
}

export class GrantedConnectionPage extends ApiPage(GrantedConnectionDto) {}
