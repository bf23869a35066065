import type { Duplex } from 'node:stream';

/**
 * The few messages of a Postgres start-up that the gateway reads and writes itself (PostgreSQL 17 documentation, chapter
 * 53.7 "Message Formats"). After login bytes pass through unread.
 */
export const requestCode = { cancel: 80_877_102, ssl: 80_877_103, gss: 80_877_104 } as const;
export const protocolMajor = 3;
/** The first byte of a TLS record: a client that skips the SSLRequest (`sslnegotiation=direct`). */
export const tlsHandshakeByte = 0x16;

// Limits of the server itself: src/include/libpq/pqcomm.h MAX_STARTUP_PACKET_LENGTH, and PG_MAX_AUTH_TOKEN_LENGTH.
const startupLimit = 10_000;
const authenticationLimit = 65_535;

/** The client or the server went away; there is nobody left to tell. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** A reason to end the session that the client is told in Postgres's own words. */
export class FatalResponse extends Error {
  override readonly name = 'FatalResponse';
  constructor(
    readonly sqlState: string,
    message: string,
    readonly detail?: string,
  ) {
    super(message);
  }
}

export interface Packet {
  readonly code: number;
  readonly body: Buffer;
}

export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** The untagged first packet: length, a code (version or request), then the rest. */
export async function readPacket(stream: Duplex): Promise<Packet> {
  const length = (await take(stream, 4)).readUInt32BE(0);
  if (length < 8 || length > startupLimit) throw new FatalResponse('08P01', 'invalid length of startup packet');
  const rest = await take(stream, length - 4);
  return { code: rest.readUInt32BE(0), body: rest.subarray(4) };
}

export async function readMessage(stream: Duplex): Promise<Message> {
  const head = await take(stream, 5);
  const length = head.readUInt32BE(1);
  if (length < 4 || length > authenticationLimit) throw new FatalResponse('08P01', 'invalid message length');
  const body = length === 4 ? Buffer.alloc(0) : await take(stream, length - 4);
  return { type: String.fromCharCode(head[0] ?? 0), body };
}

/** Looks at the first byte without taking it. */
export async function peekByte(stream: Duplex): Promise<number> {
  const first = await take(stream, 1);
  stream.unshift(first);
  return first[0] ?? 0;
}

/** Exactly `count` bytes; what follows them stays in the stream for whoever reads next. */
function take(stream: Duplex, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      stream.pause();
      stream.off('data', collect).off('end', giveUp).off('close', giveUp);
    };
    const giveUp = (): void => {
      stop();
      reject(new ConnectionLost('closed during start-up'));
    };
    const collect = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size < count) return;
      stop();
      const all = Buffer.concat(chunks, size);
      if (size > count) stream.unshift(all.subarray(count));
      resolve(all.subarray(0, count));
    };
    if (stream.destroyed || stream.readableEnded) giveUp();
    else stream.on('data', collect).on('end', giveUp).on('close', giveUp).resume();
  });
}

export function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export function packet(code: number, body: Buffer): Buffer {
  return Buffer.concat([int32(body.length + 8), int32(code), body]);
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function cstring(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf8');
}

export function parseParameters(body: Buffer): Map<string, string> {
  const words = body.toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let at = 0; words[at]; at += 2) parameters.set(words[at] ?? '', words[at + 1] ?? '');
  return parameters;
}

export function startupPacket(parameters: ReadonlyMap<string, string>): Buffer {
  const words = [...parameters].flatMap(([name, value]) => [cstring(name), cstring(value)]);
  return packet(protocolMajor << 16, Buffer.concat([...words, Buffer.alloc(1)]));
}

export const authentication = {
  ok: 0,
  cleartextPassword: 3,
  sasl: 10,
  saslContinue: 11,
  saslFinal: 12,
} as const;

export function authenticationRequest(kind: number): Buffer {
  return message('R', int32(kind));
}

export function errorResponse({ sqlState, message: text, detail }: FatalResponse): Buffer {
  const fields = [`SFATAL`, `VFATAL`, `C${sqlState}`, `M${text}`, ...(detail === undefined ? [] : [`D${detail}`])];
  return message('E', ...fields.map(cstring), Buffer.alloc(1));
}

/** The fields of a server's ErrorResponse by their letter: C is the SQLSTATE, M the message. */
export function parseErrorFields(body: Buffer): Map<string, string> {
  const words = body.toString('utf8').split('\0').filter(Boolean);
  return new Map(words.map((word) => [word.charAt(0), word.slice(1)]));
}

/** Tells a newer client that 3.0 is spoken here and which of its `_pq_.` options nobody knows. */
export function negotiateProtocolVersion(unknownOptions: readonly string[]): Buffer {
  return message('v', int32(0), int32(unknownOptions.length), ...unknownOptions.map(cstring));
}
