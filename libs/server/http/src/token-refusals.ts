/** What people are told when the platform does not take their token, whichever of its answers said so. */
export const TOKEN_REFUSALS = {
  AUTH_INVALID: 'The platform does not accept the user token, reload the page to sign in again',
  AUTH_EXPIRED: 'The user token has expired, reload the page',
} as const;
