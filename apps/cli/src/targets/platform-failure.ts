import { PlatformError } from '@lakescope/databricks-client';
import { CommandFailed, EXIT } from '../exit-code';
import type { Target } from './target';

/** What a person needs to know of a target to be helped. */
type Helped = Pick<Target, 'workspace' | 'tokens'>;

/** A failure of the platform as a sentence with what helps; everything else as it is. */
export function platformFailure(error: unknown, { workspace, tokens }: Helped): unknown {
  if (!(error instanceof PlatformError)) return error;
  return new CommandFailed(sentenceOf(error, workspace, tokens.signIn), EXIT.failed, { cause: error });
}

function sentenceOf(error: PlatformError, workspace: URL, signIn: string): string {
  const { kind, message, operation, scopes } = error;
  const said = `${message.replace(/[.\s]+$/, '')}${operation === undefined ? '' : ` (${operation})`}`;
  switch (kind) {
    case 'unauthenticated':
    case 'token_expired':
      return `${workspace.origin} does not take your sign-in: ${said}. Sign in: ${signIn}`;
    case 'scope_missing':
      return `Your token may not do this: it lacks the scope ${(scopes ?? []).join(', ')} (${operation ?? 'the call'}). Sign in with all of them: ${signIn}`;
    case 'permission_denied':
      return `You may not do this in ${workspace.origin}: ${said}. Ask an administrator of the workspace, or act as somebody else by --as.`;
    case 'unavailable':
    case 'timeout':
      return `${workspace.origin} cannot be reached: ${said}. Check its address, and that this machine may reach it; then try again.`;
    case 'rate_limited':
      return `${workspace.origin} takes no more requests for now: ${said}. Try again in a minute.`;
    default:
      return `${workspace.origin} refused: ${said}.`;
  }
}
