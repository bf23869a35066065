import type { UserCaller } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { claimsOf } from './token-claims';

/** How the request is signed in, also when it is not. */
export class AuthStatusDto {
  @ApiProperty({ type: Boolean, description: 'Whether the platform knows the caller.', example: true })
  authenticated!: boolean;

  @ApiProperty({
    type: String,
    enum: ['obo'],
    description: 'On behalf of the user, by the forwarded token.',
    example: 'obo',
  })
  auth_mode!: 'obo';

  @ApiProperty({ type: Boolean, description: 'Whether a user token was forwarded at all.', example: true })
  has_user_identity!: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'ana@example.com' })
  user_id!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-21T09:30:00.000Z' })
  token_expires_at!: string | null;

  @ApiProperty({ type: [String], example: ['files', 'sql'] })
  granted_scopes!: string[];

  static signedIn(caller: UserCaller): AuthStatusDto {
    return {
      authenticated: true,
      auth_mode: 'obo',
      has_user_identity: true,
      user_id: caller.userId,
      token_expires_at: caller.tokenExpiresAt?.toISOString() ?? null,
      granted_scopes: claimsOf(caller.token).scopes,
    };
  }

  static signedOut(hasToken: boolean): AuthStatusDto {
    return {
      authenticated: false,
      auth_mode: 'obo',
      has_user_identity: hasToken,
      user_id: null,
      token_expires_at: null,
      granted_scopes: [],
    };
  }
}
