import { type ServingEndpointDto } from '@lakescope/web-api';
import { listed, nextOrder, orderFrom, orderText } from './endpoint-list';

function endpoint(name: string, rest: Partial<ServingEndpointDto> = {}): ServingEndpointDto {
  return {
    name,
    id: null,
    creator: null,
    task: null,
    ready: 'READY',
    config_update: 'NOT_UPDATING',
    entities: [],
    detected_type: 'MLFLOW_MODEL',
    permission_level: null,
    created_at: null,
    updated_at: null,
    ...rest,
  };
}

const all = { text: '', state: '', task: '' };
const byName = orderFrom(undefined);
const endpoints = [
  endpoint('model-10', { updated_at: '2026-01-02T00:00:00Z', creator: 'ana@example.com' }),
  endpoint('model-9', { config_update: 'IN_PROGRESS', updated_at: '2026-01-03T00:00:00Z' }),
  endpoint('chat', { task: 'llm/v1/chat', ready: 'NOT_READY', config_update: 'UPDATE_FAILED' }),
];
const names = (found: readonly ServingEndpointDto[]) => found.map(({ name }) => name);

describe('the list of endpoints', () => {
  it('is by name, numbers in names by their value', () => {
    expect(names(listed(endpoints, all, byName))).toEqual(['chat', 'model-9', 'model-10']);
  });

  it('finds an endpoint by any of its states: one that is ready may be updating too', () => {
    expect(names(listed(endpoints, { ...all, state: 'ready' }, byName))).toEqual(['model-9', 'model-10']);
    expect(names(listed(endpoints, { ...all, state: 'updating' }, byName))).toEqual(['model-9']);
    expect(names(listed(endpoints, { ...all, state: 'failed' }, byName))).toEqual(['chat']);
  });

  it('finds by name, creator and task', () => {
    expect(names(listed(endpoints, { ...all, text: ' MODEL' }, byName))).toEqual(['model-9', 'model-10']);
    expect(names(listed(endpoints, { ...all, text: 'ana' }, byName))).toEqual(['model-10']);
    expect(names(listed(endpoints, { ...all, task: 'llm/v1/chat' }, byName))).toEqual(['chat']);
  });

  it('keeps its order in the address, and the usual one out of it', () => {
    const newest = nextOrder(byName, 'updated');
    expect(orderText(newest)).toBe('-updated');
    expect(names(listed(endpoints, all, orderFrom('-updated')))).toEqual(['model-9', 'model-10', 'chat']);
    expect(orderText(nextOrder(nextOrder(byName, 'name'), 'name'))).toBeNull();
    expect(orderFrom('nonsense')).toEqual(byName);
  });
});
