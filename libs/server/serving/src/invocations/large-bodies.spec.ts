import { Secret } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { ServingLimits } from '../limits';
import { TooManyLargeBodies } from '../serving.errors';
import { LargeBodies } from './large-bodies';

const limits = new ServingLimits({ largeBodies: 3, largeBodiesPerPerson: 2, largeBodyWaitMs: 40 });
const ana = personCalled('ana');
const ben = personCalled('ben');
const LARGE = limits.largeBodyBytes + 1;
const NEVER = new AbortController().signal;

describe('places for large bodies', () => {
  it('are never all taken by one person, who waits for one of their own while others enter', async () => {
    const places = new LargeBodies(limits);
    const held = [holding(places, ana), holding(places, ana)];
    const order: string[] = [];
    const third = places.use(ana, LARGE, () => said(order, 'ana'), NEVER);
    const other = places.use(ben, LARGE, () => said(order, 'ben'), NEVER);
    await other;
    held.forEach(({ finish }) => finish());
    await third;

    expect(order).toEqual(['ben', 'ana']);
  });

  it('are not waited for for long: who does not get one is told why, and when to come again', async () => {
    const places = new LargeBodies(limits);
    const held = [holding(places, ana), holding(places, ana), holding(places, ben)];
    const ofAna = await refusal(places.use(ana, LARGE, nothing, NEVER));
    const ofBen = await refusal(places.use(ben, LARGE, nothing, NEVER));

    expect([ofAna.code, ofAna.retryAfterSeconds]).toEqual(['SERVICE_UNAVAILABLE', 1]);
    expect(ofAna.message).toMatch(/^You have 2 .* Wait until one of them is answered/);
    expect(ofBen.message).toMatch(/^The server has as many .* as it can hold\. Try again in a moment/);
    held.forEach(({ finish }) => finish());
    await Promise.all(held.map(({ done }) => done));
    await expect(places.use(ben, LARGE, () => Promise.resolve('in'), NEVER)).resolves.toBe('in');
  });

  it('are not needed by small ones', async () => {
    const places = new LargeBodies(limits);
    const held = [holding(places, ana), holding(places, ana)];

    await expect(places.use(ana, limits.largeBodyBytes, () => Promise.resolve('in'), NEVER)).resolves.toBe('in');
    held.forEach(({ finish }) => finish());
  });

  it('are free again after a failure, and not taken by who left while waiting', async () => {
    const places = new LargeBodies(limits);
    for (let attempt = 0; attempt < 4; attempt++) {
      await expect(places.use(ana, LARGE, () => Promise.reject(new Error('broken')), NEVER)).rejects.toThrow('broken');
    }
    const held = [holding(places, ana), holding(places, ana)];
    const leaving = new AbortController();
    const work = jest.fn(nothing);
    const waiting = places.use(ana, LARGE, work, leaving.signal);
    leaving.abort(new Error('gone'));

    await expect(waiting).rejects.toThrow('gone');
    held.forEach(({ finish }) => finish());
    await Promise.all(held.map(({ done }) => done));
    expect(work).not.toHaveBeenCalled();
  });
});

function personCalled(userId: string): UserCaller {
  return new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret('t'));
}

function holding(places: LargeBodies, person: UserCaller): { finish: () => void; done: Promise<void> } {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (finish = resolve));
  return { finish, done: places.use(person, LARGE, () => held, NEVER) };
}

function said(order: string[], who: string): Promise<void> {
  order.push(who);
  return Promise.resolve();
}

function nothing(): Promise<void> {
  return Promise.resolve();
}

async function refusal(refused: Promise<unknown>): Promise<TooManyLargeBodies> {
  const error: unknown = await refused.catch((reason: unknown) => reason);
  if (error instanceof TooManyLargeBodies) return error;
  throw new Error(`Not refused: ${String(error)}`);
}
