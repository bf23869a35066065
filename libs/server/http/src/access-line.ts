import { redactText } from './redaction';

/** What the log keeps of a request. */
export interface AccessEntry {
  correlationId: string;
  method: string;
  path: string;
  /** Template of the route. */
  route: string;
  status: number;
  durationMs: number;
  /** As the log names users. */
  userId?: string | undefined;
  errorCode?: string | undefined;
  /** Why the request was refused, in words for people. */
  reason?: string | undefined;
  /** The connection ended before the answer was written. */
  clientLeft?: boolean;
}

const LONGEST_REASON = 300;

/**
 * One access line as JSON. Written by hand, because it is written for every request and its fields are known: only the path, the reason
 * and the user's name come from outside, so only they are searched for secrets and escaped.
 */
export function accessLine(entry: AccessEntry, now: number): string {
  let line = `{"level":"info","time":"${isoTime(now)}","msg":${message(entry)},"correlation_id":"${entry.correlationId}"`;
  line += `,"method":"${entry.method}","route":${quoted(entry.route)},"status":${entry.status}`;
  line += `,"duration_ms":${Math.round(entry.durationMs * 10) / 10}`;
  if (entry.userId !== undefined) line += `,"user_id":${JSON.stringify(entry.userId)}`;
  if (entry.errorCode !== undefined) line += `,"error_code":"${entry.errorCode}"`;
  if (entry.reason !== undefined)
    line += `,"reason":${JSON.stringify(redactText(entry.reason).slice(0, LONGEST_REASON))}`;
  if (entry.clientLeft === true) line += ',"client_left":true';
  return `${line}}\n`;
}

/** A path that is its own template holds nothing that a client has chosen. */
function message({ method, path, route }: AccessEntry): string {
  return path === route ? `"${method} ${path}"` : JSON.stringify(`${method} ${redactText(path)}`);
}

const quotedRoutes = new Map<string, string>();

/** There are as many templates as routes, so what is kept is bounded. */
function quoted(route: string): string {
  const known = quotedRoutes.get(route);
  if (known !== undefined) return known;
  const text = JSON.stringify(route);
  quotedRoutes.set(route, text);
  return text;
}

let lastInstant = 0;
let lastText = '';

/** Many requests end within the same millisecond. */
function isoTime(now: number): string {
  if (now !== lastInstant) {
    lastInstant = now;
    lastText = new Date(now).toISOString();
  }
  return lastText;
}
