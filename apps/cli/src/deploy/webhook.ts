import { CommandFailed, EXIT } from '../exit-code';
import { isLoopback } from '../targets/app-address';
import { reasonOf } from '../targets/ask-endpoint';

const PATIENCE_MS = 10_000;

/** All that a webhook is told. */
export interface DeploymentNews {
  readonly status: 'succeeded' | 'failed';
  readonly app: string;
  readonly deployment_id: string | null;
  readonly seconds: number;
}

/** @throws CommandFailed unless it is https, or loopback */
export function webhookAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))) return url;
  throw new CommandFailed('--webhook takes an https URL, or an http one of this machine.', EXIT.usage);
}

/** Tells a webhook how a deployment went, once. Answers why it could not be told; the URL is not repeated, it may be a secret. */
export async function tellWebhook(url: URL, news: DeploymentNews): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(news),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `The webhook at ${url.host} answered ${response.status}.`;
  } catch (error) {
    return `The webhook at ${url.host} was not told: ${reasonOf(error)}.`;
  }
}
