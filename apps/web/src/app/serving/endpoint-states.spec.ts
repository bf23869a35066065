import { type ServingEndpointDetailDto } from '@lakescope/web-api';
import { isChanging, purpose, sleeps } from './endpoint-states';

type Config = ServingEndpointDetailDto['config'];

const config = (...scales: readonly (boolean | null)[]): { config: Config } => ({
  config: { version: 1, entities: scales.map((scale_to_zero) => ({ scale_to_zero })) } as unknown as Config,
});

describe('an endpoint', () => {
  it('sleeps when all models behind it do, and there is one', () => {
    expect(sleeps(config(true, true))).toBe(true);
    for (const scales of [[true, false], [null], []]) expect(sleeps(config(...scales))).toBe(false);
  });

  it('is looked at again while a configuration is being deployed', () => {
    expect(isChanging({ config_update: 'IN_PROGRESS' })).toBe(true);
    expect(isChanging({ config_update: 'UPDATE_FAILED' })).toBe(false);
  });

  it('says when nobody knows what it is for', () => {
    expect(purpose({ task: null, detected_type: 'UNKNOWN' })).toBe('unknown kind');
  });
});
