import { CommandFailed } from '../exit-code';

/** Where the platform serves apps, on each of its clouds; the local workspace does on loopback. */
const APP_HOSTS = /\.databricksapps\.(?:com|us|cn|mil)$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The address of an app as the platform told it, if a token may be sent there: https on the platform's own domain, or loopback when the
 * workspace is on loopback too.
 *
 * @throws CommandFailed for any other address
 */
export function appOrigin(url: string, workspace: URL): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const isLocal = isLoopback(workspace) && address?.protocol === 'http:' && isLoopback(address);
  const isPlatform = address?.protocol === 'https:' && APP_HOSTS.test(address.hostname);
  if (address !== undefined && (isLocal || isPlatform)) return new URL(address.origin);
  throw new CommandFailed(
    `${workspace.origin} says that the app is at ${JSON.stringify(url.slice(0, 200))}, which is no address of a Databricks App: no token is sent there.`,
  );
}

export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}
