import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { openFrontDoor, type FrontDoor } from './front-door';
import { ReplicaPool } from './replica-pool';

/** A process of an app that says which one it is. */
class Process {
  isReady = true;
  /** What it has got, by method and body. */
  readonly got: string[] = [];
  behave: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  private server: Server | undefined;
  private port = 0;

  constructor(readonly name: string) {}

  get url(): URL {
    return new URL(`http://127.0.0.1:${this.port}`);
  }

  async start(): Promise<void> {
    this.server = createServer((incoming, response) => void this.answer(incoming, response));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.url === '/ready') return void response.writeHead(this.isReady ? 200 : 503).end();
    let body = '';
    for await (const chunk of incoming as AsyncIterable<Buffer>) body += chunk.toString();
    this.got.push(`${incoming.method} ${body}`.trim());
    if (this.behave !== undefined) this.behave(incoming, response);
    else response.end(this.name);
  }
}

describe('an app of several processes', () => {
  let processes: [Process, Process];
  let pool: ReplicaPool;
  let door: FrontDoor;

  beforeEach(async () => {
    processes = [new Process('one'), new Process('two')];
    await Promise.all(processes.map((one) => one.start()));
    pool = new ReplicaPool(
      processes.map(({ url }) => url),
      { everyMilliseconds: 20 },
    );
    const identity = { user: '1', email: 'a@example.com', preferredUsername: 'A', accessToken: 'token' };
    door = await openFrontDoor({ port: 0, target: pool, identityOf: () => Promise.resolve(identity) });
    await asked('GET', 2);
    for (const { got } of processes) got.length = 0;
  });

  afterEach(async () => {
    await door.close();
    await Promise.all(processes.map((one) => one.stop()));
  });

  async function ask(method: string, body?: string): Promise<{ status: number; text: string }> {
    const outgoing = request({ host: '127.0.0.1', port: door.port, path: '/', method });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer as AsyncIterable<Buffer>) text += chunk.toString();
    return { status: answer.statusCode ?? 0, text };
  }

  /** Who has answered so many requests, one after the other. */
  async function asked(method: string, times: number, body?: string): Promise<string[]> {
    const answers: string[] = [];
    for (let count = 0; count < times; count++) {
      const { status, text } = await ask(method, body);
      answers.push(status === 200 ? text : String(status));
    }
    return answers;
  }

  async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
    while (!(await isSo())) await delay(5);
  }

  it('has its requests go to each in turn, whoever asks', async () => {
    const answers = await asked('GET', 6);

    expect(answers.filter((name) => name === 'one')).toHaveLength(3);
    expect(answers.every((name, index) => name !== answers[index - 1])).toBe(true);
  });

  it('loses nothing while one takes no connections, whatever was to be sent, and asks it again when it is back', async () => {
    const [one, two] = processes;
    await one.stop();
    const answers = await asked('POST', 6, 'a body');
    await one.start();
    await until(async () => (await asked('GET', 2)).includes('one'));

    expect(answers).toEqual(Array.from({ length: 6 }, () => 'two'));
    expect(two.got.filter((seen) => seen.startsWith('POST'))).toEqual(Array.from({ length: 6 }, () => 'POST a body'));
  });

  it('gives nothing to one that says it is not ready', async () => {
    const [one] = processes;
    one.isReady = false;
    await until(async () => !(await asked('GET', 2)).includes('one'));
    one.got.length = 0;
    const answers = await asked('GET', 10);
    one.isReady = true;
    await until(async () => (await asked('GET', 2)).includes('one'));

    expect(answers).toEqual(Array.from({ length: 10 }, () => 'two'));
  });

  it('never sends twice what one has got and may have done; what only reads goes to the other', async () => {
    const [one, two] = processes;
    one.behave = (incoming) => incoming.socket.destroy();
    const posts = await asked('POST', 6, 'a body');
    const bare = await asked('POST', 6);
    const deletes = await asked('DELETE', 6);
    const gets = await asked('GET', 6);

    for (const answers of [posts, bare, deletes])
      expect(answers.sort()).toEqual(['502', '502', '502', 'two', 'two', 'two']);
    expect(gets).toEqual(Array.from({ length: 6 }, () => 'two'));
    for (const method of ['POST a body', 'POST', 'DELETE']) {
      expect([...one.got, ...two.got].filter((seen) => seen === method)).toHaveLength(6);
    }
  });

  it('lets one be stopped when it has answered what it has got; who reads events goes on with the other', async () => {
    const [one, two] = processes;
    const waiting: (() => void)[] = [];
    one.behave = (incoming, response) => {
      if (incoming.method === 'GET') response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': on\n\n');
      else waiting.push(() => void response.end('one'));
    };
    let underway: Promise<{ status: number; text: string }> | undefined;
    while (waiting.length === 0) {
      const sent = ask('POST');
      if ((await Promise.race([sent, delay(50)])) === undefined) underway = sent;
    }
    two.behave = (_, response) => void response.end('two');
    const streams = [request(door.url), request(door.url)].map((outgoing) =>
      outgoing.on('error', () => undefined).end(),
    );
    await Promise.all(streams.map((outgoing) => once(outgoing, 'response')));

    const early = await pool.takeOut(one.url, 30);
    const meanwhile = await asked('POST', 4);
    const free = pool.takeOut(one.url, 10_000);
    for (const answer of waiting) answer();

    expect(early).toBe(false);
    expect(await free).toBe(true);
    expect(await underway).toEqual({ status: 200, text: 'one' });
    expect(meanwhile).toEqual(['two', 'two', 'two', 'two']);
    one.behave = undefined;
    await pool.bringBack(one.url);
    expect((await asked('POST', 2)).sort()).toEqual(['one', 'two']);
    for (const outgoing of streams) outgoing.destroy();
  });

  it('hears from the app itself while none is ready, and from the door while there is none', async () => {
    for (const one of processes) one.isReady = false;
    await pool.takeOut(processes[0].url, 0);
    await delay(60);
    const words = await asked('GET', 1);
    await Promise.all(processes.map((one) => one.stop()));
    const nobody = await asked('POST', 1, 'a body');

    expect(words).toEqual(['two']);
    expect(nobody).toEqual(['503']);
  });
});
