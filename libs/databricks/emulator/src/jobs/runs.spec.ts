import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { givenFolder } from '../testing/given-workspace';
import type { JobStore } from './job-store';
import { ReadSettings } from './job-settings';
import { openJobsDocument, type StoredRun } from './jobs-document';
import { PythonTasks, type PythonTasksParts } from './python-tasks';
import { hasEnded, RunBook } from './run-book';
import { Runs } from './runs';

describe('a run that is stopped at the wrong moment', () => {
  let stateDirectory: string;
  let book: RunBook;
  let runs: Runs;
  const faults: unknown[] = [];

  beforeEach(async () => {
    faults.length = 0;
    stateDirectory = await givenFolder();
    book = new RunBook(await openJobsDocument(stateDirectory));
    // No identity is known, so a task that is begun ends at once.
    const parts = { stateDirectory, directory: { find: () => undefined } };
    const python = new PythonTasks(parts as unknown as PythonTasksParts);
    // Runs that are submitted have no job.
    runs = new Runs(book, {} as JobStore, python, (_, fault) => faults.push(fault));
  });
  afterEach(() => rm(stateDirectory, { recursive: true, force: true }));

  const tasks = [{ task_key: 't', spark_python_task: { python_file: '/Shared/t.py' } }];
  const submit = (): Promise<StoredRun> => runs.submit('ana@acme.io', ReadSettings.parse({ tasks }), undefined);
  const only = (): StoredRun => {
    const [run] = book.all;
    if (run === undefined) throw new Error('There is no run');
    return run;
  };

  it('stays as it ended while that is being written', async () => {
    await submit();
    while (!hasEnded(only())) await nextTurn();
    const before = only().state;
    await runs.cancel(only());
    await runs.close();

    expect(only().state).toEqual(before);
    expect(before).toMatchObject({ result: 'FAILED', code: 'UNAUTHORIZED_ERROR' });
  });

  it('does not begin when it is cancelled while it is being written', async () => {
    const submitted = submit();
    await runs.cancel(only());
    await submitted;
    await runs.close();

    expect(only()).toMatchObject({ state: { lifeCycle: 'TERMINATED', result: 'CANCELED', code: 'USER_CANCELED' } });
    expect(only().startedAt).toBeUndefined();
  });

  it('does not begin when the workspace ends while it is being written', async () => {
    const submitted = submit();
    await runs.close();
    await submitted;

    expect(only().state).toMatchObject({ lifeCycle: 'INTERNAL_ERROR', code: 'INTERNAL_ERROR' });
    expect(only().startedAt).toBeUndefined();
    expect(faults).toEqual([]);
  });
});
