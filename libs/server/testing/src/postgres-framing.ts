/** One message, or bytes that cannot be told apart (TLS). `type` is the message's letter; the first packet has none. */
export interface Frame {
  readonly bytes: Buffer;
  readonly type?: string;
}

const sslRequest = 80_877_103;
const gssRequest = 80_877_104;
const tlsHandshake = 0x16;

/**
 * Cuts the bytes of one connection into the messages of the Postgres protocol (PostgreSQL documentation, "Message Formats").
 * Once the line is encrypted nothing can be told apart any more, and bytes come back as they are.
 */
export class PostgresFraming {
  private phase: 'startup' | 'negotiating' | 'messages' | 'opaque' = 'startup';
  private fromClient = Buffer.alloc(0);
  private fromServer = Buffer.alloc(0);

  /** Whether messages can be seen: false as soon as the line turned out to be encrypted. */
  get readable(): boolean {
    return this.phase !== 'opaque';
  }

  client(chunk: Buffer): Frame[] {
    this.fromClient = Buffer.concat([this.fromClient, chunk]);
    const frames: Frame[] = [];
    while (this.phase !== 'opaque') {
      const frame = this.phase === 'messages' ? this.takeMessage('fromClient') : this.takeFirstPacket();
      if (frame === undefined) return frames;
      frames.push(frame);
    }
    return [...frames, ...this.takeRest('fromClient')];
  }

  server(chunk: Buffer): Frame[] {
    this.fromServer = Buffer.concat([this.fromServer, chunk]);
    const frames: Frame[] = [];
    if (this.phase === 'negotiating') {
      // One byte answers: N for "go on without", anything else is the beginning of encryption.
      this.phase = this.fromServer.toString('latin1', 0, 1) === 'N' ? 'startup' : 'opaque';
      frames.push({ bytes: this.fromServer.subarray(0, 1) });
      this.fromServer = this.fromServer.subarray(1);
    }
    while (this.phase === 'messages') {
      const frame = this.takeMessage('fromServer');
      if (frame === undefined) return frames;
      frames.push(frame);
    }
    return [...frames, ...this.takeRest('fromServer')];
  }

  private takeFirstPacket(): Frame | undefined {
    const { fromClient } = this;
    if (fromClient[0] === tlsHandshake) {
      this.phase = 'opaque';
      return { bytes: this.cut('fromClient', fromClient.length) };
    }
    if (fromClient.length < 8) return undefined;
    const length = fromClient.readUInt32BE(0);
    if (fromClient.length < length) return undefined;
    const code = fromClient.readUInt32BE(4);
    this.phase = code === sslRequest || code === gssRequest ? 'negotiating' : 'messages';
    return { bytes: this.cut('fromClient', length) };
  }

  private takeMessage(from: 'fromClient' | 'fromServer'): Frame | undefined {
    const waiting = this[from];
    if (waiting.length < 5) return undefined;
    const length = waiting.readUInt32BE(1) + 1;
    if (waiting.length < length) return undefined;
    return { type: waiting.toString('latin1', 0, 1), bytes: this.cut(from, length) };
  }

  private takeRest(from: 'fromClient' | 'fromServer'): Frame[] {
    const { length } = this[from];
    return length === 0 ? [] : [{ bytes: this.cut(from, length) }];
  }

  private cut(from: 'fromClient' | 'fromServer', length: number): Buffer {
    const bytes = this[from].subarray(0, length);
    this[from] = this[from].subarray(length);
    return bytes;
  }
}

/** The SQL of a Query or Parse message. */
export function statementOf({ type, bytes }: Frame): string | undefined {
  const words = bytes.subarray(5).toString('utf8').split('\0');
  return type === 'Q' ? words[0] : type === 'P' ? words[1] : undefined;
}

/** A statement as a simple query, for the server. */
export function queryMessage(sql: string): Buffer {
  const text = Buffer.from(`${sql}\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('Q', 'latin1');
  head.writeUInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}
