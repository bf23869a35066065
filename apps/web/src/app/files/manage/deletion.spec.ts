import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { Api, provideApi } from '@lakescope/web-api';
import { type FolderEntry } from '../../entry-list/folder-entry';
import { directoryEntry } from '../folder-contents';
import { deleteEntries, deletionQuestion } from './deletion';

const file = (name: string): FolderEntry => ({ ...directoryEntry(`/Volumes/c/s/v/${name}`), kind: 'file' });
const folder = (name: string) => directoryEntry(`/Volumes/c/s/v/${name}`);

describe('the question before a deletion', () => {
  it('names the one object and what it is', () => {
    expect(deletionQuestion([file('a.csv')]).title).toContain('file “a.csv”');
    expect(deletionQuestion([folder('raw')]).title).toContain('folder “raw”');
    expect(deletionQuestion([folder('raw')]).consequences.join(' ')).toContain('only when it is empty');
  });

  it('names several, and says how many there is no room for', () => {
    const { title, consequences, action } = deletionQuestion(Array.from({ length: 11 }, (_, i) => file(`f${i}`)));
    expect(title).toContain('11');
    expect(consequences.slice(0, 8)).toEqual(['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7']);
    expect(consequences[8]).toContain('3 more');
    expect(action).toContain('11');
  });

  it('shows a deceiving name as it is', () => {
    expect(deletionQuestion([file('annex\u202Etxt.exe')]).title).toContain('annex⟨U+202E⟩txt.exe');
  });
});

describe('a deletion', () => {
  it('goes on after a refusal, and tells what is left and why', async () => {
    TestBed.configureTestingModule({ providers: [provideApi(), provideHttpClient(), provideHttpClientTesting()] });
    const http = TestBed.inject(HttpTestingController);
    const gone: string[] = [];
    const left = deleteEntries(TestBed.inject(Api), [folder('raw'), file('gone'), file('a')], (path) =>
      gone.push(path),
    );
    const answer = async (path: string, status: number, code?: string) => {
      await new Promise((resolve) => setTimeout(resolve));
      http
        .expectOne(({ urlWithParams }) => decodeURIComponent(urlWithParams).includes(path))
        .flush(code ? { error_code: code } : null, { status, statusText: 'x' });
    };
    await answer('directory?path=/Volumes/c/s/v/raw', 409, 'CONFLICT');
    await answer('files?path=/Volumes/c/s/v/gone', 404, 'NOT_FOUND');
    await answer('files?path=/Volumes/c/s/v/a', 204);

    expect((await left).map(({ entry, problem }) => [entry.name, problem.code])).toEqual([['raw', 'CONFLICT']]);
    expect(gone).toEqual(['/Volumes/c/s/v/gone', '/Volumes/c/s/v/a']);
  });
});
