import type { ErrorCode, UserCaller } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import { claimsOf } from './identity/token-claims';

/** Refusals of the token. */
const SIGNED_OUT = ['AUTH_MISSING', 'AUTH_MALFORMED', 'AUTH_INVALID', 'AUTH_EXPIRED'] as const;
/** The platform could not be asked, which says nothing about who is here. */
const NOT_TOLD = ['AUTH_RATE_LIMITED', 'AUTH_USER_IDENTITY_FAILED'] as const;
const REASONS = [...SIGNED_OUT, ...NOT_TOLD] as const;
type AuthStatusReason = (typeof REASONS)[number];

/** How the request is signed in, also when it is not. */
export class AuthStatusDto {
  @ApiProperty({ type: Boolean, description: 'Whether the platform knows the caller.', example: true })
  authenticated!: boolean;

  @ApiProperty({
    type: String,
    enum: ['signed_in', 'signed_out', 'unknown'],
    description: 'Unknown: there is a token, but the platform does not say whose; try again shortly.',
    example: 'signed_in',
  })
  state!: 'signed_in' | 'signed_out' | 'unknown';

  @ApiProperty({
    type: String,
    enum: REASONS,
    nullable: true,
    description: 'The error code that any other route answers with; null when signed in.',
    example: null,
  })
  reason!: AuthStatusReason | null;

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
      state: 'signed_in',
      reason: null,
      auth_mode: 'obo',
      has_user_identity: true,
      user_id: caller.userId,
      token_expires_at: caller.tokenExpiresAt?.toISOString() ?? null,
      granted_scopes: claimsOf(caller.token).scopes,
    };
  }

  static refused(code: ErrorCode): AuthStatusDto {
    const reason = REASONS.find((one) => one === code) ?? 'AUTH_USER_IDENTITY_FAILED';
    return {
      authenticated: false,
      state: SIGNED_OUT.some((one) => one === reason) ? 'signed_out' : 'unknown',
      reason,
      auth_mode: 'obo',
      has_user_identity: reason !== 'AUTH_MISSING',
      user_id: null,
      token_expires_at: null,
      granted_scopes: [],
    };
  }
}
