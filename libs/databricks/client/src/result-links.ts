import type { LookupFunction } from 'node:net';
import type { ExternalLink } from '@lakescope/databricks-wire';
import { workspaceOrigin } from './host';
import { PlatformError } from './platform-error';
import { Transport, type Answer, type CallOptions, type TransportOptions } from './transport';

export interface ResultLinksOptions extends Omit<TransportOptions, 'origin' | 'correlationId' | 'lookup'> {
  /** The workspace itself may serve results. */
  workspace: URL;
  /** Hosts, with or without a port, that are allowed besides the clouds' own storage, wherever their names lead. */
  hosts: readonly string[];
  /** Resolves the names of all others; it is to refuse addresses that are not public. */
  lookup?: LookupFunction;
}

/**
 * Where the platform keeps results on the clouds it runs on: S3, Azure Blob Storage and Data Lake, Google Cloud Storage, and its own
 * domains; https://docs.databricks.com/api/workspace/statementexecution ("Fetch data: EXTERNAL_LINKS").
 */
const CLOUD_STORAGE = [
  /(?:^|\.)s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/,
  /\.(?:blob|dfs)\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/,
  /(?:^|\.)storage\.googleapis\.com$/,
  /\.(?:cloud|gcp)\.databricks\.com$/,
  /\.azuredatabricks\.net$/,
];
/** These would say whose request it is, or where it goes. */
const NOT_PASSED_ON: ReadonlySet<string> = new Set(['authorization', 'cookie', 'host', 'connection', 'content-length']);
/** Storage has one host, or one for each bucket; more are the work of somebody else. */
const HOSTS_KEPT = 16;

/**
 * Fetches what links of statements lead to: with the right that is in the link, never with a token, from hosts that are allowed, and
 * without following redirects. The links are secrets; neither errors nor logs hold their query.
 */
export class ResultLinks {
  private readonly hosts = new Map<string, Transport>();

  constructor(private readonly options: ResultLinksOptions) {}

  /** The whole of one chunk; `upstream` when it is larger than that. */
  text(link: ExternalLink, options: CallOptions & { maximumBytes: number }): Promise<string> {
    return this.call(link, (host, call) => host.text(undefined, { ...call, ...options }));
  }

  /** One chunk as it comes; the deadline covers only the time to the headers. */
  stream(link: ExternalLink, options: CallOptions = {}): Promise<Answer> {
    return this.call(link, (host, call) => host.stream(undefined, { ...call, ...options }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.close()));
  }

  private async call<T>(
    { external_link: text, http_headers: headers = {} }: ExternalLink,
    act: (host: Transport, call: Parameters<Transport['text']>[1]) => Promise<T>,
  ): Promise<T> {
    const url = this.allowed(text);
    return act(this.hostOf(url), {
      method: 'GET',
      path: url.pathname,
      signature: url.search,
      circuit: 'results',
      headers: {
        accept: '*/*',
        ...Object.fromEntries(
          Object.entries(headers)
            .map(([name, value]) => [name.toLowerCase(), value] as const)
            .filter(([name]) => !NOT_PASSED_ON.has(name)),
        ),
      },
    });
  }

  private allowed(text: string): URL {
    const url = URL.parse(text);
    if (url === null) throw refused('is no URL');
    if (url.origin === this.options.workspace.origin && url.username === '') return url;
    try {
      workspaceOrigin(url.href);
    } catch (cause) {
      throw refused('is neither https nor of this machine, or names a user', cause);
    }
    if (!this.isNamed(url) && !(url.port === '' && CLOUD_STORAGE.some((pattern) => pattern.test(url.hostname)))) {
      throw refused(`leads to ${url.host}, which is not allowed; LAKESCOPE_RESULT_HOSTS names further hosts`);
    }
    return url;
  }

  private isNamed({ host, hostname }: URL): boolean {
    return this.options.hosts.some((name) => name === host || name === hostname);
  }

  private hostOf(url: URL): Transport {
    const { origin } = url;
    const known = this.hosts.get(origin);
    if (known !== undefined) return known;
    const { workspace, lookup, userAgent } = this.options;
    const isTrusted = origin === workspace.origin || this.isNamed(url);
    const checked = isTrusted || lookup === undefined ? {} : { lookup };
    const host = new Transport({ userAgent, origin: new URL(origin), ...checked });
    if (this.hosts.size >= HOSTS_KEPT) {
      const [oldest] = this.hosts.keys();
      if (oldest !== undefined) this.hosts.delete(oldest);
    }
    this.hosts.set(origin, host);
    return host;
  }
}

function refused(why: string, cause?: unknown): PlatformError {
  return new PlatformError('upstream', `A link to a result ${why}`, { cause });
}
