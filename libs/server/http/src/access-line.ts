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
  const fixed = fixedPartsOf(entry);
  let line = `{"level":"info","time":"${isoTime(now)}","msg":${entry.path === entry.route ? fixed.message : message(entry)}`;
  line += `,"correlation_id":"${entry.correlationId}"${fixed.where}${entry.status},"duration_ms":${inTenths(entry.durationMs)}`;
  if (entry.userId !== undefined) line += `,"user_id":${JSON.stringify(entry.userId)}`;
  if (entry.errorCode !== undefined) line += `,"error_code":"${entry.errorCode}"`;
  if (entry.reason !== undefined)
    line += `,"reason":${JSON.stringify(redactText(entry.reason).slice(0, LONGEST_REASON))}`;
  if (entry.clientLeft === true) line += ',"client_left":true';
  return `${line}}\n`;
}

function message({ method, path }: AccessEntry): string {
  return JSON.stringify(`${method} ${redactText(path)}`);
}

interface FixedParts {
  readonly message: string;
  readonly where: string;
}

const fixedParts = new Map<string, Map<string, FixedParts>>();

/** What lines of one method and route have in common. There are as many as routes, so what is kept is bounded. */
function fixedPartsOf({ method, route }: AccessEntry): FixedParts {
  const known = fixedParts.get(route)?.get(method);
  if (known !== undefined) return known;
  // A path that is its own template holds nothing that a client has chosen.
  const parts = {
    message: JSON.stringify(`${method} ${route}`),
    where: `,"method":"${method}","route":${JSON.stringify(route)},"status":`,
  };
  const ofRoute = fixedParts.get(route) ?? new Map<string, FixedParts>();
  fixedParts.set(route, ofRoute.set(method, parts));
  return parts;
}

/** With one digit behind the point; whole numbers are written much faster than others. */
function inTenths(milliseconds: number): string {
  const tenths = Math.round(milliseconds * 10);
  const digit = tenths % 10;
  return digit === 0 ? `${tenths / 10}` : `${(tenths - digit) / 10}.${digit}`;
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
