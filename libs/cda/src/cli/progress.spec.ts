import type { FolderResult, RunEvent } from '../run/run-options';
import { Progress } from './progress';

describe('the progress of a run', () => {
  const started = (table: string, folders: number): RunEvent => ({
    type: 'table-started',
    table,
    folders,
    files: 1,
    bytes: 1,
  });
  const done = (table: string): RunEvent => ({
    type: 'folder-done',
    result: { table, rows: 5n, bytes: 2_048 } as FolderResult,
  });

  it('is redrawn a few times a second and never wider than the terminal, however fast the run is', () => {
    const screen = drawn(true, 50);
    screen.progress.take({ type: 'manifest', etag: undefined, tables: ['a', 'b'], unchanged: false });
    for (let table = 0; table < 20; table += 1) screen.progress.take(started(`cc_${'x'.repeat(60)}_${table}`, 100));
    for (let event = 0; event < 10_000; event += 1) {
      screen.clock.now += 1;
      screen.progress.take(done(`cc_${'x'.repeat(60)}_0`));
    }
    screen.progress.end();

    const frames = screen.text.split('\u001b[0J').length - 1;
    expect(frames).toBeGreaterThan(40);
    expect(frames).toBeLessThanOrEqual(51);
    const lines = screen.text.split('\n').map((line) => line.slice(line.lastIndexOf('J') + 1));
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(50);
    expect(screen.text).toContain('and 12 more');
    expect(screen.text.endsWith('\u001b[0J')).toBe(true);
  });

  it('is a line now and then where nothing can be redrawn', () => {
    const screen = drawn(false, 200);
    screen.progress.take({ type: 'manifest', etag: undefined, tables: ['cc_claim'], unchanged: false });
    screen.progress.take(started('cc_claim', 100));
    for (let event = 0; event < 30; event += 1) {
      screen.clock.now += 1_000;
      screen.progress.take(done('cc_claim'));
    }
    screen.progress.end();

    expect(screen.text.trimEnd().split('\n')).toEqual([
      '0 of 1 table, 10 of 100 folders (1.0/s), 50 rows, 20.0 KiB, 10 s',
      '0 of 1 table, 20 of 100 folders (1.0/s), 100 rows, 40.0 KiB, 20 s',
      '0 of 1 table, 30 of 100 folders (1.0/s), 150 rows, 60.0 KiB, 30 s',
    ]);
  });

  it('says at once what a person must know', () => {
    const screen = drawn(false, 200);
    screen.progress.take({ type: 'warning', table: 'cc_claim', warning: { code: 'X', message: 'Something is odd' } });
    const folder = { table: 'cc_claim', fingerprint: 'aaaa', folder: '1700000000000' };
    const failure = { code: 'TRUNCATED', message: 'It is cut off', advice: 'Have it delivered again.' };
    screen.progress.take({ type: 'folder-failed', folder, failure });

    expect(screen.text).toBe(
      'warning: cc_claim: Something is odd\nerror: cc_claim/aaaa/1700000000000: It is cut off. Have it delivered again.\n',
    );
  });

  function drawn(
    isInteractive: boolean,
    columns: number,
  ): { progress: Progress; clock: { now: number }; readonly text: string } {
    const clock = { now: 1_000_000 };
    let text = '';
    const screen = { isInteractive, columns, write: (more: string) => void (text += more) };
    return {
      progress: new Progress(screen, () => clock.now),
      clock,
      get text() {
        return text;
      },
    };
  }
});
