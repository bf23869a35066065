import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  status: number;
  /** As they came, with lower-case names. */
  headers: string;
  body: string;
}

/**
 * Bytes as they are, for what no client would send. Reads until the server closes the connection or `quietMs` pass without another byte.
 */
export async function rawExchange(url: string, bytes: string, quietMs = 500): Promise<string> {
  const socket = open(url);
  socket.write(bytes, 'latin1');
  return readAll(socket, quietMs);
}

export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

export function readAll(socket: Socket, quietMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const end = (): void => {
      socket.destroy();
      resolve(text);
    };
    let quiet = setTimeout(end, quietMs);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      clearTimeout(quiet);
      quiet = setTimeout(end, quietMs);
    });
    socket.on('close', () => {
      clearTimeout(quiet);
      resolve(text);
    });
    // A server that hangs up while bytes are still on their way resets the connection: what it said before counts.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}

/** The answers in a stream of bytes, each with its own body. */
export function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (rest.startsWith('HTTP/1.1 ')) {
    const end = rest.indexOf('\r\n\r\n');
    const head = rest.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const start = end + 4;
    answers.push({
      status: Number(head.slice(9, 12)),
      headers: head.toLowerCase(),
      body: rest.slice(start, start + length),
    });
    rest = rest.slice(start + length);
  }
  if (rest !== '') throw new Error(`The server wrote what is no answer: ${rest.slice(0, 200)}`);
  return answers;
}
