import { HttpErrorResponse } from '@angular/common/http';
import { type Problem } from '@lakescope/web-api';
import { FileSender, LocalFileGone, type Sending, type SendingProgress } from './file-sender';
import { SINGLE_REQUEST_BYTES } from './part-layout';
import { Slots } from './slots';
import { MemoryServer } from './testing/memory-server';

const PATH = '/Volumes/c/s/v/trips.csv';
const never = new AbortController().signal;

class Notes implements SendingProgress {
  readonly sentBytes: number[] = [];
  readonly pauses: { problem: Problem; milliseconds: number }[] = [];
  sessionId: string | undefined;

  sent(bytes: number): void {
    this.sentBytes.push(bytes);
  }
  session(id: string | undefined): void {
    this.sessionId = id;
  }
  pause(problem: Problem, milliseconds: number): Promise<void> {
    this.pauses.push({ problem, milliseconds });
    return Promise.resolve();
  }
  goOn(): void {
    return;
  }
}

/** Parts are cut from it, and its size is told; of its bytes only so many exist. */
function largeFile(bytes = SINGLE_REQUEST_BYTES + 5): File {
  const file = new File(['0123456789'.repeat(3)], 'trips.csv');
  return Object.defineProperty(file, 'size', { value: bytes });
}

const smallFile = () => new File(['a,b\n1,2\n'], 'trips.csv');

function setUp() {
  const server = new MemoryServer();
  const notes = new Notes();
  const sender = new FileSender(server, new Slots(3), () => 1);
  const send = (sending: Partial<Sending> & Pick<Sending, 'file'>, signal = never) =>
    sender.send({ path: PATH, how: { overwrite: false }, sessionId: undefined, ...sending }, notes, signal);
  return { server, notes, send };
}

const answer = (status: number, error_code: string) =>
  new HttpErrorResponse({ status, error: { error_code, detail: error_code } });
const cut = () => new HttpErrorResponse({ status: 0 });

describe('sending a small file', () => {
  it('takes one request', async () => {
    const { server, send } = setUp();
    const entry = await send({ file: smallFile() });
    expect(entry.path).toBe(PATH);
    expect(server.calls).toEqual(['putFile']);
  });

  it('tries again after a cut and when the server asks for a pause, and says why it waits', async () => {
    const { server, notes, send } = setUp();
    server.failing('putFile', cut(), answer(503, 'SERVICE_UNAVAILABLE'));
    await send({ file: smallFile() });
    expect(server.calls).toEqual(['putFile', 'putFile', 'putFile']);
    expect(notes.pauses.map(({ problem, milliseconds }) => [problem.code, milliseconds])).toEqual([
      ['UNREACHABLE', 1000],
      ['SERVICE_UNAVAILABLE', 2000],
    ]);
  });

  it('gives up after nine tries', async () => {
    const { server, send } = setUp();
    server.failing('putFile', ...Array.from({ length: 20 }, cut));
    await expect(send({ file: smallFile() })).rejects.toMatchObject({ status: 0 });
    expect(server.calls).toHaveLength(9);
  });

  it.each([
    [409, 'ALREADY_EXISTS'],
    [412, 'PRECONDITION_FAILED'],
    [403, 'PERMISSION_DENIED'],
  ])('does not insist against %d %s', async (status, code) => {
    const { server, notes, send } = setUp();
    server.failing('putFile', answer(status, code));
    await expect(send({ file: smallFile() })).rejects.toMatchObject({ status });
    expect(notes.pauses).toEqual([]);
  });

  it('says so when the file is gone from the device, instead of blaming the network', async () => {
    const { server, send } = setUp();
    server.failing('putFile', cut());
    const file = smallFile();
    file.slice = () =>
      Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')) });
    await expect(send({ file })).rejects.toBeInstanceOf(LocalFileGone);
  });
});

describe('sending a large file', () => {
  it('takes a session, its parts, and an end; the session is told so that it can be kept', async () => {
    const { server, notes, send } = setUp();
    await send({ file: largeFile() });
    expect(server.partsOf(PATH)).toEqual([1, 2, 3]);
    expect(server.calls.at(-1)).toBe('complete');
    expect(notes.sessionId).toBe('session-1');
    expect(notes.sentBytes.at(-1)).toBe(SINGLE_REQUEST_BYTES + 5);
  });

  it('sends only the part again that was cut', async () => {
    const { server, send } = setUp();
    server.failing('putPart 2', cut());
    await send({ file: largeFile() });
    expect(server.calls.filter((call) => call.startsWith('putPart')).sort()).toEqual([
      'putPart 1',
      'putPart 2',
      'putPart 2',
      'putPart 3',
    ]);
  });

  it('has no more than two parts on their way', async () => {
    const { server, send } = setUp();
    await send({ file: largeFile(8 * server.partSizeBytes + SINGLE_REQUEST_BYTES) });
    expect(server.mostAtOnce).toBe(2);
  });

  it('goes on with a session of before where that stopped', async () => {
    const { server, notes, send } = setUp();
    const file = largeFile();
    const session = server.sessionWith(PATH, file.size, [1, 2]);
    await send({ file, sessionId: session });
    expect(server.calls).toEqual(['session', 'putPart 3', 'complete']);
    expect(notes.sentBytes[0]).toBe(2 * server.partSizeBytes);
  });

  it('begins anew when that session is over, or was for a file of another size', async () => {
    for (const size of [undefined, 1]) {
      const { server, send } = setUp();
      const sessionId = size === undefined ? 'unknown' : server.sessionWith(PATH, size, [1]);
      await send({ file: largeFile(), sessionId });
      expect(server.calls.filter((call) => call.startsWith('putPart'))).toHaveLength(3);
    }
  });

  it('begins anew when the session ends under its hands', async () => {
    const { server, notes, send } = setUp();
    const file = largeFile();
    const sessionId = server.sessionWith(PATH, file.size, [1]);
    server.failing('putPart 2', answer(404, 'NOT_FOUND'));
    await send({ file, sessionId });
    expect(notes.sessionId).not.toBe(sessionId);
    expect(server.partsOf(PATH)).toEqual([1, 2, 3]);
  });

  it('stops the other parts when one is refused', async () => {
    const { server, send } = setUp();
    server.failing('putPart 1', answer(403, 'PERMISSION_DENIED'));
    await expect(send({ file: largeFile(20 * server.partSizeBytes + SINGLE_REQUEST_BYTES) })).rejects.toMatchObject({
      status: 403,
    });
    expect(server.calls.filter((call) => call.startsWith('putPart')).length).toBeLessThan(5);
  });

  it('takes the file itself for the answer when that of the end was lost', async () => {
    const { server, send } = setUp();
    server.loseAnswerOf('complete');
    const entry = await send({ file: largeFile() });
    expect(entry).toMatchObject({ path: PATH, sizeBytes: SINGLE_REQUEST_BYTES + 5 });
  });

  it('stops at once when it is cancelled', async () => {
    const { server, send } = setUp();
    const cancelled = new AbortController();
    server.before('putPart 1', () => cancelled.abort(new Error('cancelled')));
    await expect(send({ file: largeFile() }, cancelled.signal)).rejects.toThrow('cancelled');
    expect(server.calls).not.toContain('complete');
  });
});
