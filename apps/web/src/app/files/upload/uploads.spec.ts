import { HttpErrorResponse } from '@angular/common/http';
import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { FolderChanges } from '../folder-changes';
import { type LocalFile } from './dropped-files';
import { SINGLE_REQUEST_BYTES } from './part-layout';
import { MemoryServer } from './testing/memory-server';
import { type Upload } from './upload';
import { UPLOAD_TRANSPORT } from './api-upload-transport';
import { Uploads } from './uploads';

const FOLDER = '/Volumes/c/s/v';

function file(name: string, sizeBytes = 3, lastModified = 1): File {
  return Object.defineProperty(new File(['abc'], name, { lastModified }), 'size', { value: sizeBytes });
}
const local = (...names: string[]): LocalFile[] => names.map((name) => ({ file: file(name), folder: '' }));
const large = (name: string, lastModified = 1): LocalFile => ({
  file: file(name, SINGLE_REQUEST_BYTES + 1, lastModified),
  folder: '',
});
const answer = (status: number, error_code: string) =>
  new HttpErrorResponse({ status, error: { error_code, detail: error_code } });

const pages: Uploads[] = [];
// What still waits for another try would outlive its test.
afterEach(() => pages.splice(0).forEach((uploads) => uploads.cancelAll()));

/** The page as it is after it was loaded; what the browser keeps stays from one to the next. */
function loadPage(server = new MemoryServer()) {
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({
    providers: [provideRouter([]), { provide: UPLOAD_TRANSPORT, useValue: server }],
  });
  const uploads = TestBed.inject(Uploads);
  pages.push(uploads);
  return { server, uploads, changes: TestBed.inject(FolderChanges) };
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !condition(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(condition()).toBe(true);
}
const kinds = (uploads: Uploads) => uploads.all().map(({ state }) => state().kind);
const at = (uploads: Uploads, index: number): Upload => {
  const upload = uploads.all()[index];
  if (!upload) throw new Error(`There is no upload ${index}`);
  return upload;
};

beforeEach(() => localStorage.clear());

describe('the uploads of a tab', () => {
  it('go three at a time, and show in their folder when they have arrived', async () => {
    const { server, uploads, changes } = loadPage();
    uploads.add(local('a', 'b', 'c', 'd', 'e'), FOLDER);
    expect(kinds(uploads)).toEqual(['sending', 'sending', 'sending', 'waiting', 'waiting']);
    await until(() => uploads.busy().length === 0);
    expect(server.mostAtOnce).toBe(3);
    expect(changes.applied(FOLDER, []).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('keep the folders of what was dropped, which show in the folder it was dropped on', async () => {
    const { uploads, changes } = loadPage();
    uploads.add([{ file: file('1.png'), folder: 'photos/2026' }], FOLDER);
    await until(() => uploads.busy().length === 0);
    expect(at(uploads, 0).path()).toBe(`${FOLDER}/photos/2026/1.png`);
    expect(changes.applied(FOLDER, []).map(({ name, kind }) => `${kind} ${name}`)).toEqual(['directory photos']);
  });

  it('refuse names and sizes that the server would refuse, before anything is sent', () => {
    const { server, uploads } = loadPage();
    uploads.add([...local('two\nlines'), { file: file('huge', 6 * 1024 ** 3), folder: '' }], FOLDER);
    expect(kinds(uploads)).toEqual(['failed', 'failed']);
    expect(server.calls).toEqual([]);
  });

  it('are not sent one by one when the first of them says that nothing may be written here', async () => {
    const { server, uploads } = loadPage();
    server.failing('putFile', ...Array.from({ length: 3 }, () => answer(403, 'PERMISSION_DENIED')));
    uploads.add(local('a', 'b', 'c', 'd', 'e', 'f'), FOLDER);
    await until(() => uploads.busy().length === 0);
    expect(new Set(kinds(uploads))).toEqual(new Set(['failed']));
    expect(server.calls).toHaveLength(3);
  });

  it('let the next go when one is cancelled, and give up what the server has of it', async () => {
    const { server, uploads } = loadPage();
    uploads.add([large('a'), ...local('b')], FOLDER);
    await until(() => at(uploads, 0).sessionId !== undefined);
    const session = at(uploads, 0).sessionId ?? '';
    uploads.cancel(at(uploads, 0));
    await until(() => kinds(uploads)[1] === 'done');
    expect(kinds(uploads)[0]).toBe('cancelled');
    expect(server.isOpen(session)).toBe(false);

    uploads.retry(at(uploads, 0));
    await until(() => kinds(uploads)[0] === 'done');
  });

  it('wait for the network and go on as soon as it is back', async () => {
    const { server, uploads } = loadPage();
    server.failing('putFile', new HttpErrorResponse({ status: 0 }));
    uploads.add(local('a'), FOLDER);
    await until(() => kinds(uploads)[0] === 'pausing');
    window.dispatchEvent(new Event('online'));
    await until(() => kinds(uploads)[0] === 'done');
  });

  it('have the browser ask before the page is left, and only while they are under way', async () => {
    const { uploads } = loadPage();
    const leave = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leave()).toBe(true);
    uploads.add(local('a'), FOLDER);
    expect(leave()).toBe(false);
    await until(() => uploads.busy().length === 0);
    expect(leave()).toBe(true);
  });
});

describe('a file that is already there', () => {
  async function conflict(...names: string[]) {
    const page = loadPage();
    for (const name of names) page.server.hasFile(`${FOLDER}/${name}`, 99);
    page.uploads.add(local(...names), FOLDER);
    await until(() => page.uploads.conflicts().length === names.length);
    return page;
  }

  it('is kept until somebody decides, and is shown with its size', async () => {
    const { uploads } = await conflict('a.csv');
    expect(at(uploads, 0).state()).toMatchObject({
      kind: 'conflict',
      conflict: { kind: 'taken', present: { sizeBytes: 99 } },
    });
    uploads.decide(at(uploads, 0), { kind: 'keep' });
    expect(kinds(uploads)).toEqual(['skipped']);
  });

  it('is replaced when it is still the one that was looked at', async () => {
    const { server, uploads } = await conflict('a.csv');
    uploads.decide(at(uploads, 0), { kind: 'replace' });
    await until(() => kinds(uploads)[0] === 'done');
    expect((await server.present(`${FOLDER}/a.csv`))?.sizeBytes).toBe(3);
  });

  it('is not replaced when somebody else was faster: it is asked again about theirs', async () => {
    const { server, uploads } = await conflict('a.csv');
    server.hasFile(`${FOLDER}/a.csv`, 100);
    uploads.decide(at(uploads, 0), { kind: 'replace' });
    await until(() => uploads.conflicts().length === 1);
    expect(at(uploads, 0).state()).toMatchObject({ conflict: { kind: 'changed', present: { sizeBytes: 100 } } });
    expect((await server.present(`${FOLDER}/a.csv`))?.sizeBytes).toBe(100);
  });

  it('stays beside the new one under another name', async () => {
    const { server, uploads } = await conflict('a.csv', 'b.csv');
    uploads.decideAll('rename');
    await until(() => uploads.busy().length === 0);
    expect(uploads.all().map(({ name }) => name())).toEqual(['a (1).csv', 'b (1).csv']);
    expect((await server.present(`${FOLDER}/a.csv`))?.sizeBytes).toBe(99);
  });

  it('may be this very upload when its answer was lost, and that is said', async () => {
    const { server, uploads } = loadPage();
    server.loseAnswerOf('putFile');
    uploads.add(local('a'), FOLDER);
    await until(() => kinds(uploads)[0] === 'pausing');
    uploads.retry(at(uploads, 0));
    await until(() => uploads.conflicts().length === 1);
    expect(at(uploads, 0).state()).toMatchObject({ conflict: { isPerhapsOwn: true } });
  });
});

describe('an upload that a reload interrupted', () => {
  async function interrupted(name: string) {
    const before = loadPage();
    before.server.failing('putPart 2', ...Array.from({ length: 9 }, () => new HttpErrorResponse({ status: 0 })));
    before.uploads.add([large(name)], FOLDER);
    await until(() => kinds(before.uploads)[0] === 'pausing' && before.server.calls.includes('putPart 3'));
    before.server.failing('putPart 2');
    const page = loadPage(before.server);
    await until(() => kinds(page.uploads)[0] === 'interrupted' && at(page.uploads, 0).sentBytes() > 0);
    page.server.calls.length = 0;
    return page;
  }

  it('is listed with what has arrived, and goes on when the same file is chosen again', async () => {
    const { server, uploads } = await interrupted('a.bin');
    expect(at(uploads, 0).sentBytes()).toBe(server.partSizeBytes + 1);
    uploads.add([large('a.bin')], FOLDER);
    await until(() => kinds(uploads)[0] === 'done');
    expect(uploads.all()).toHaveLength(1);
    expect(server.calls).toEqual(['session', 'putPart 2', 'complete']);
  });

  it('does not take another file for it', async () => {
    const { uploads } = await interrupted('a.bin');
    expect(uploads.goOnWith(at(uploads, 0), large('a.bin', 2).file)).toBe(false);
    expect(kinds(uploads)).toEqual(['interrupted']);
  });

  it('is given up when it is taken off the list, and not seen again', async () => {
    const { server, uploads } = await interrupted('a.bin');
    uploads.dismiss(at(uploads, 0));
    expect(server.calls).toContain('abandon');
    const next = loadPage(server);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(next.uploads.all()).toEqual([]);
  });
});
