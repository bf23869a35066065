import { Secret } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { HistoryLimits } from '../history/history-limits';
import { HeldBytes } from './held-bytes';

const limits = new HistoryLimits({ heldBytes: 100, heldBytesPerPerson: 60 });
const [ana, ben, eva] = ['ana', 'ben', 'eva'].map(
  (userId) => new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret('t')),
) as [UserCaller, UserCaller, UserCaller];

describe('bytes that are held', () => {
  it('are bounded for each person and for all of them together', () => {
    const held = new HeldBytes(limits);
    const ofAna = held.begin(ana);
    const ofBen = held.begin(ben);

    expect([ofAna.admit(40), ofAna.admit(20), ofAna.admit(1)]).toEqual([true, true, false]);
    expect(ofAna.refusal?.message).toMatch(/the most for one person/);
    expect([ofBen.admit(40), ofBen.admit(1)]).toEqual([true, false]);
    expect(ofBen.refusal).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 5 });
    expect(() => held.begin(eva).take(1)).toThrow('The server holds');
    expect([ofAna.bytes, ofBen.bytes]).toEqual([60, 40]);
  });

  it('are given back once', () => {
    const held = new HeldBytes(limits);
    const first = held.begin(ana);
    first.take(60);
    first.release();
    first.release();
    const second = held.begin(ana);

    expect([first.bytes, second.admit(60), second.admit(1)]).toEqual([0, true, false]);
  });
});
