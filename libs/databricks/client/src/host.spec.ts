import { workspaceOrigin } from './host';

describe('the address of a workspace', () => {
  it.each([
    ['example.cloud.databricks.com', 'https://example.cloud.databricks.com'],
    ['https://example.cloud.databricks.com/?o=1', 'https://example.cloud.databricks.com'],
    ['http://127.0.0.1:8002', 'http://127.0.0.1:8002'],
    ['http://localhost:8002/', 'http://localhost:8002'],
    ['http://[::1]:8002', 'http://[::1]:8002'],
  ])('%s is understood', (given, origin) => {
    expect(workspaceOrigin(given).origin).toBe(origin);
  });

  it.each([
    'http://example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1',
    'ftp://example.com',
    'https://a:b@example.com',
    '::',
  ])('%s is refused', (given) => {
    expect(() => workspaceOrigin(given)).toThrow();
  });
});
