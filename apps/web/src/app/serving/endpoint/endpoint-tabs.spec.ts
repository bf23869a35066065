import { tabFrom, tabsOf } from './endpoint-tabs';

describe('the views of an endpoint', () => {
  it('have a chat only where one can be had', () => {
    expect(tabsOf({ task: 'llm/v1/chat' }).map(({ id }) => id)).toContain('chat');
    expect(tabsOf({ task: null }).map(({ id }) => id)).not.toContain('chat');
  });

  it('show the first one for a link that names none of them', () => {
    expect(tabFrom('metrics', tabsOf({ task: null }))).toBe('metrics');
    expect(tabFrom('chat', tabsOf({ task: 'llm/v1/embeddings' }))).toBe('try');
    expect(tabFrom(undefined, tabsOf({ task: null }))).toBe('try');
  });
});
