import type { PresignedUrl } from '@lakescope/databricks-wire';
import { InvalidHost, workspaceOrigin } from './host';
import { PlatformError } from './platform-error';
import { Transport, type Answer, type CallOptions, type TransportOptions } from './transport';
import type { UploadContent } from './upload-content';

/**
 * Calls to links that carry their own right: they lead to the storage behind the platform, which refuses them when a token comes along.
 * The links are secrets; neither errors nor logs hold their query.
 */
export class SignedLinks {
  private readonly hosts = new Map<string, Transport>();

  constructor(private readonly options: Omit<TransportOptions, 'origin' | 'correlationId'>) {}

  /** The answer without its body. */
  async send(
    method: 'PUT' | 'DELETE',
    link: PresignedUrl,
    options: CallOptions & { content?: UploadContent } = {},
  ): Promise<Omit<Answer, 'body'>> {
    const { content, ...call } = options;
    const url = parsedLink(link.url);
    return this.hostOf(url).head(undefined, {
      ...call,
      method,
      path: url.pathname,
      signature: url.search,
      circuit: 'storage',
      headers: Object.fromEntries((link.headers ?? []).map(({ name, value }) => [name.toLowerCase(), value])),
      ...(content === undefined ? {} : { body: content }),
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.close()));
  }

  private hostOf({ origin }: URL): Transport {
    const known = this.hosts.get(origin);
    if (known !== undefined) return known;
    const host = new Transport({ ...this.options, origin: new URL(origin) });
    this.hosts.set(origin, host);
    return host;
  }
}

/** The same rules as for the workspace itself: https, or this machine. */
function parsedLink(link: string): URL {
  try {
    workspaceOrigin(link);
    return new URL(link);
  } catch (cause) {
    const why = cause instanceof InvalidHost ? cause.message : 'is no URL';
    throw new PlatformError('upstream', `A link that the platform gave ${why}`, { cause });
  }
}
