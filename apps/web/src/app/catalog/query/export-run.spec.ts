import { jest } from '@jest/globals';
import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { provideApi, type QueryExportDto } from '@lakescope/web-api';
import { ExportRun } from './export-run';

describe('ExportRun', () => {
  let http: HttpTestingController;
  let run: ExportRun;

  beforeEach(() => {
    jest.useFakeTimers();
    TestBed.configureTestingModule({
      providers: [provideApi(), provideHttpClient(), provideHttpClientTesting(), ExportRun],
    });
    http = TestBed.inject(HttpTestingController);
    run = TestBed.inject(ExportRun);
  });
  afterEach(() => {
    http.verify();
    jest.useRealTimers();
  });

  const answer = async (method: string, status: QueryExportDto['status'], rows = 0) => {
    const body = { export_id: 'e-1', status, rows_written: rows };
    http.expectOne((request) => request.method === method).flush(body);
    await jest.advanceTimersByTimeAsync(0);
  };

  it('follows an export that waits, then writes, to its end', async () => {
    void run.start('q-1', 'csv', '/Volumes/demo/lake/files');
    await answer('POST', 'PENDING');
    expect(run.isUnderWay()).toBe(true);
    await jest.advanceTimersByTimeAsync(700);
    await answer('GET', 'RUNNING', 10);
    await jest.advanceTimersByTimeAsync(700);
    await answer('GET', 'SUCCEEDED', 20);
    await jest.advanceTimersByTimeAsync(5_000);
    expect([run.isUnderWay(), run.artefact()?.rows_written]).toEqual([false, 20]);
  });

  it('asks no more once it is cancelled', async () => {
    void run.start('q-1', 'csv', '/Volumes/demo/lake/files');
    await answer('POST', 'RUNNING');
    void run.cancel();
    await answer('DELETE', 'CANCELED');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(run.isUnderWay()).toBe(false);
  });
});
