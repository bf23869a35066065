import { createHmac } from 'node:crypto';
import type { LookupFunction } from 'node:net';
import type { Secret } from '@lakescope/databricks-client';
import { publicLookup } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { Agent, request } from 'undici';
import { AlertLimits } from './alert-limits';
import { WebhookTargets } from './webhook-targets';

/** Nothing of an answer is kept; so much is read to leave the connection usable. */
const ANSWER_BYTES = 4_096;

export interface WebhookMessage {
  readonly deliveryId: string;
  readonly url: Secret;
  readonly secret: Secret | undefined;
  readonly body: string;
}

/**
 * Posts messages to webhooks. No redirect is followed, and a name is connected to only by addresses of the public internet, unless the
 * environment names the host. Rejects with what went wrong in words that may be shown: neither the URL nor the answer is in them.
 */
@Injectable()
export class WebhookSender {
  private readonly toPublic: Agent;
  private readonly toListed: Agent;
  private readonly stopping = new AbortController();

  constructor(
    private readonly targets: WebhookTargets,
    private readonly limits: AlertLimits,
  ) {
    this.toPublic = agent(limits, { lookup: publicLookup });
    this.toListed = agent(limits, {});
  }

  async send({ deliveryId, url: address, secret, body }: WebhookMessage): Promise<void> {
    // The rules may have changed since the address was stored.
    const url = this.targets.parse(address.reveal());
    const status = await this.post(url, body, {
      'content-type': 'application/json',
      'user-agent': 'Lakescope',
      'x-lakescope-delivery': deliveryId,
      ...(secret === undefined ? {} : { 'x-lakescope-signature': signatureOf(body, secret) }),
    });
    if (status < 200 || status > 299) throw new WebhookRefused(status);
  }

  /** Cuts what is under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.toPublic.destroy(), this.toListed.destroy()]);
  }

  private async post(url: URL, body: string, headers: Record<string, string>): Promise<number> {
    try {
      const answer = await request(url, {
        method: 'POST',
        headers,
        body,
        dispatcher: this.targets.isListed(url) ? this.toListed : this.toPublic,
        signal: AbortSignal.any([AbortSignal.timeout(this.limits.timeoutMs), this.stopping.signal]),
      });
      await answer.body.dump({ limit: ANSWER_BYTES });
      return answer.statusCode;
    } catch (error) {
      throw new WebhookUnreachable(this.stopping.signal.aborted ? 'the app stopped meanwhile' : reasonOf(error), error);
    }
  }
}

export class WebhookRefused extends Error {
  constructor(readonly status: number) {
    super(`The webhook answered ${status}`);
    this.name = 'WebhookRefused';
  }
}

export class WebhookUnreachable extends Error {
  constructor(reason: string, cause: unknown) {
    super(`The webhook cannot be reached: ${reason}`, { cause });
    this.name = 'WebhookUnreachable';
  }
}

/** As receivers check it: HMAC-SHA256 of the time, a dot, and the body; the time keeps a message from being played again much later. */
function signatureOf(body: string, secret: Secret): string {
  const time = Math.floor(Date.now() / 1000);
  return `t=${time},v1=${createHmac('sha256', secret.reveal()).update(`${time}.${body}`).digest('hex')}`;
}

function reasonOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'it did not answer in time';
  if (code === 'EADDRNOTPUBLIC') return 'its name leads to an address that is not public';
  return typeof code === 'string' ? code : 'the connection failed';
}

function agent({ timeoutMs }: AlertLimits, connect: { lookup?: LookupFunction }): Agent {
  return new Agent({
    connections: 4,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 1_000,
    connect: { ...connect, timeout: timeoutMs },
  });
}
