import type { Secret } from '@lakescope/databricks-client';
import type { Product } from '@lakescope/server-http';
import { Logger } from '@nestjs/common';
import type { OtlpLimits } from './otlp-limits';

/** Answers after which a client may try again (OTLP specification, "Retryable Response Codes"). */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** The collector did not take what was sent, or did not answer. */
export class OtlpRefusal extends Error {
  constructor(
    message: string,
    readonly mayRepeat: boolean,
    readonly retryAfterMs?: number,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'OtlpRefusal';
  }
}

interface PartialSuccess {
  partialSuccess?: { rejectedDataPoints?: string | number; errorMessage?: string };
}

/** The way to the one collector that is configured; it is sent nowhere else by anybody. */
export class OtlpConnection {
  private readonly logger = new Logger('Metrics');
  private readonly url: URL;
  private readonly headers: Readonly<Record<string, string>>;

  constructor(
    endpoint: URL,
    headers: ReadonlyMap<string, Secret>,
    { name, version }: Product,
    private readonly limits: OtlpLimits,
  ) {
    this.url = new URL(`${endpoint.href.replace(/\/+$/, '')}/v1/metrics`);
    this.headers = {
      ...Object.fromEntries([...headers].map(([header, value]) => [header, value.reveal()])),
      'content-type': 'application/json',
      'user-agent': `${name}/${version}`,
    };
  }

  /** Throws `OtlpRefusal`, or what the signal was aborted with. */
  async send(body: string, signal: AbortSignal): Promise<void> {
    const response = await this.post(body, signal);
    const text = await this.startOf(response);
    if (response.ok) return this.notePartialSuccess(text);
    const { status } = response;
    const where = status >= 300 && status < 400 ? ', and it is asked nowhere else' : '';
    throw new OtlpRefusal(`it answered ${status}${where}`, RETRYABLE.has(status), retryAfterOf(response));
  }

  private async post(body: string, signal: AbortSignal): Promise<Response> {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(this.limits.timeoutMs)]);
    try {
      return await fetch(this.url, { method: 'POST', body, headers: this.headers, redirect: 'manual', signal: inTime });
    } catch (error) {
      if (signal.aborted) throw error;
      throw new OtlpRefusal(`it cannot be reached (${reasonOf(error)})`, true, undefined, error);
    }
  }

  private async startOf({ body }: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of body ?? []) {
      chunks.push(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
      if (bytes >= this.limits.answerBytes) break;
    }
    return Buffer.concat(chunks).toString();
  }

  private notePartialSuccess(text: string): void {
    if (!text.includes('partialSuccess')) return;
    const { partialSuccess } = parsed(text);
    const rejected = Number(partialSuccess?.rejectedDataPoints ?? 0);
    const message = String(partialSuccess?.errorMessage ?? '').slice(0, 500);
    if (rejected === 0 && message === '') return;
    this.logger.warn({ msg: 'The OTLP collector did not take all metrics', rejected, reason: message });
  }
}

function parsed(text: string): PartialSuccess {
  try {
    return JSON.parse(text) as PartialSuccess;
  } catch {
    return {};
  }
}

/** Seconds, or a date. */
function retryAfterOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** fetch tells what happened on the line only in the cause. */
function reasonOf(error: unknown): string {
  const cause: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'cause') : undefined;
  for (const from of [cause, error]) {
    const code: unknown = typeof from === 'object' && from !== null ? Reflect.get(from, 'code') : undefined;
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.name : 'no answer';
}
