import { examine, type Check } from './examination';
import { failed, ok, warning, type Finding } from './finding';

const check = (id: string, finding: Finding | (() => Promise<Finding>), needs?: string[]): Check => ({
  id,
  title: `About ${id}`,
  ...(needs === undefined ? {} : { needs }),
  examine: typeof finding === 'function' ? finding : () => finding,
});

describe('an examination', () => {
  it('is passed when nothing failed, also with warnings', async () => {
    const report = await examine([check('one', ok('good')), check('two', warning('hm'))]);

    expect(report.ready).toBe(true);
    expect(report.items.map(({ id, state }) => [id, state])).toEqual([
      ['one', 'ok'],
      ['two', 'warning'],
    ]);
  });

  it('does not try what needs something that failed, and says because of what', async () => {
    let tried = false;
    const report = await examine([
      check('host', failed('no answer', 'plug it in')),
      check('login', () => Promise.resolve(ok('in')), ['host']),
      check('rights', () => Promise.resolve(((tried = true), ok('all'))), ['login']),
    ]);

    expect(report.ready).toBe(false);
    expect(report.items.map(({ state, detail }) => [state, detail])).toEqual([
      ['failed', 'no answer'],
      ['skipped', 'Not tried: it needs “About host”.'],
      ['skipped', 'Not tried: it needs “About login”.'],
    ]);
    expect(tried).toBe(false);
  });

  it('keeps the order of the checks, whichever is done first', async () => {
    const slow = (): Promise<Finding> => new Promise((done) => setTimeout(() => done(ok('late')), 30));

    const { items } = await examine([check('slow', slow), check('quick', ok('early'))]);

    expect(items.map(({ id }) => id)).toEqual(['slow', 'quick']);
  });

  it('gives up a check that does not answer', async () => {
    const report = await examine([check('stuck', () => new Promise<Finding>(() => undefined))], 20);

    expect(report.items).toMatchObject([{ state: 'failed', detail: 'There was no answer within 0.02 s.' }]);
  });

  it('lets an error that is no finding pass: it is a fault of the check', async () => {
    await expect(examine([check('broken', () => Promise.reject(new TypeError('a fault')))])).rejects.toThrow('a fault');
  });

  it('refuses a check that needs one which does not come before it', async () => {
    await expect(examine([check('late', ok('x'), ['early'])])).rejects.toThrow('needs early');
  });
});
