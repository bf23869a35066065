import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readlink, truncate, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, givenWorkspace } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const PATH = '/api/2.0/fs/files/Volumes/demo/lake/files/large.bin';
/** More than connections of one machine hold on their way. */
const BYTES = 24 * 1024 ** 2 + 12_345;

describe('a large file of the Files API', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;
  let token: string;
  let file: string;
  const content = randomBytes(BYTES);

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    token = workspace.personas.analyst.token;
    await workspace.createCatalog('demo');
    await workspace.createSchema('demo', 'lake');
    file = join(await workspace.createVolume('demo', 'lake', 'files'), 'large.bin');
  });
  beforeEach(() => writeFile(file, content));
  afterAll(() => stop());

  /** An answer whose body nobody reads yet. */
  async function begun(): Promise<IncomingMessage> {
    const request = get(workspace.url + PATH, { headers: { authorization: `Bearer ${token}` }, agent: false });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return answer;
  }

  it('is what was written, whole and in ranges of any place', async () => {
    const whole = await ask(workspace, PATH, { token });
    expect([whole.status, whole.bytes.equals(content)]).toEqual([200, true]);
    for (const [first, last] of [
      [0, 512 * 1024 - 1],
      [512 * 1024 - 1, 1024 * 1024],
      [7, BYTES - 2],
      [BYTES - 1, BYTES - 1],
    ] as const) {
      const part = await ask(workspace, PATH, { token, headers: { range: `bytes=${first}-${last}` } });
      expect([part.status, part.bytes.equals(content.subarray(first, last + 1))]).toEqual([206, true]);
    }
  });

  it('reaches several clients at once, each whole, also one that reads slowly', async () => {
    const answers = await Promise.all([begun(), begun(), begun()]);
    const read = async (answer: IncomingMessage, index: number): Promise<boolean> => {
      const pieces: Buffer[] = [];
      for await (const piece of answer) {
        pieces.push(piece as Buffer);
        if (index === 0 && pieces.length % 100 === 0) await delay(2);
      }
      return Buffer.concat(pieces).equals(content);
    };

    expect(await Promise.all(answers.map(read))).toEqual([true, true, true]);
  });

  it('is closed when the client leaves in the middle', async () => {
    const answer = await begun();
    await once(answer, 'readable');
    expect(await isOpen(file)).toBe(true);
    answer.destroy();

    while (await isOpen(file)) await delay(5);
    expect(workspace.requestLog.entries().at(-1)).toMatchObject({ method: 'GET', path: PATH, status: 200 });
  });

  it('breaks the connection when it becomes shorter meanwhile, because its length was told', async () => {
    const answer = await begun();
    await once(answer, 'readable');
    await truncate(file, 1000);

    const read = (async () => {
      for await (const piece of answer) void piece;
    })();
    await expect(read).rejects.toThrow('aborted');
    while (await isOpen(file)) await delay(5);
  });

  it('is cut in the middle by a planned fault, and whole after it', async () => {
    workspace.faults.add({ path: PATH, cut: 'body', times: 1 });
    const answer = await begun();
    let bytes = 0;
    const read = (async () => {
      for await (const piece of answer) bytes += (piece as Buffer).length;
    })();

    await expect(read).rejects.toThrow('aborted');
    expect(bytes).toBeLessThanOrEqual(Math.floor(BYTES / 2));
    expect((await ask(workspace, PATH, { token })).bytes.equals(content)).toBe(true);
  });
});

/** Whether this process has the file open, as Linux tells it. */
async function isOpen(file: string): Promise<boolean> {
  const open = await readdir('/proc/self/fd');
  // One that was closed since the listing leads nowhere.
  const targets = await Promise.all(open.map((fd) => readlink(join('/proc/self/fd', fd)).catch(() => '')));
  return targets.includes(file);
}
