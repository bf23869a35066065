import { TestApi } from '../testing/test-api';

const VOLUME = '/Volumes/demo/lake/files';
const LONG = 'ö'.repeat(128);

/** As the server gets them: in a query they are percent-encoded once on their way. */
const PATHS = [
  `${VOLUME}/../secret`,
  `${VOLUME}/a/../../../../etc/passwd`,
  `${VOLUME}/./a`,
  `${VOLUME}/..`,
  `${VOLUME}//a`,
  `${VOLUME}/%2e%2e/a`,
  `${VOLUME}/%252e%252e/a`,
  `${VOLUME}/..%2fa`,
  `${VOLUME}/..%252fa`,
  `${VOLUME}/..%5ca`,
  `${VOLUME}/..\\a`,
  `${VOLUME}/%c0%ae%c0%ae/a`,
  `${VOLUME}/%25c0%25ae/a`,
  `${VOLUME}/%e0%80%ae/a`,
  `${VOLUME}/%c0%af`,
  `${VOLUME}/a\u0000b`,
  `${VOLUME}/a\nb`,
  `${VOLUME}/a\r\nX-Injected: 1`,
  `${VOLUME}/a\u007f`,
  `${VOLUME}/${LONG}`,
  '/etc/passwd',
  '/Workspace/Users/ana',
  '/Models/a/b/c/1/MLmodel',
  '/volumes/demo/lake/files/a',
  'Volumes/demo/lake/files/a',
  'file:///etc/passwd',
  '/Volumes/demo/lake',
  '/Volumes/../../etc/passwd',
];

const FILES = '/api/v1/unity-catalog/files';
const APIS: readonly [string, (path: string) => { url: string; method: string; json?: unknown }][] = [
  ['listFiles', (path) => ({ url: `${FILES}?path=${encodeURIComponent(path)}`, method: 'GET' })],
  ['getFileContent', (path) => ({ url: `${FILES}/content?path=${encodeURIComponent(path)}`, method: 'GET' })],
  ['putFileContent', (path) => ({ url: `${FILES}/content?path=${encodeURIComponent(path)}`, method: 'PUT', json: 1 })],
  ['previewFile', (path) => ({ url: `${FILES}/preview?path=${encodeURIComponent(path)}`, method: 'GET' })],
  ['deleteFile', (path) => ({ url: `${FILES}?path=${encodeURIComponent(path)}`, method: 'DELETE' })],
  ['deleteDirectory', (path) => ({ url: `${FILES}/directory?path=${encodeURIComponent(path)}`, method: 'DELETE' })],
  ['putDirectory', (path) => ({ url: `${FILES}/directory`, method: 'PUT', json: { path } })],
  ['createDownloadUrl', (path) => ({ url: `${FILES}/download-url`, method: 'POST', json: { path } })],
  ['startUpload', (path) => ({ url: `${FILES}/uploads`, method: 'POST', json: { path, size_bytes: 1 } })],
  ...(['list_directory', 'create_directory', 'read_file', 'write_file'] as const).map(
    (op): [string, (path: string) => { url: string; method: string; json: unknown }] => [
      op,
      (path) => ({
        url: '/api/v1/operations',
        method: 'POST',
        json: { op, path, ...(op === 'write_file' ? { content: '' } : {}) },
      }),
    ],
  ),
  [
    'describeTable',
    (path) => ({
      url: '/api/v1/delta/tables/detail',
      method: 'POST',
      json: { source: { kind: 'volume', path } },
    }),
  ],
];

describe('a path that leads out of its volume, or hides where it leads', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false });
    await api.stack.volume('demo.lake.files', { 'a.txt': 'a' });
    await api.ask('/api/v1/user/me', { as: 'engineer' });
  });

  afterAll(() => api.stop());

  it.each(APIS)('is refused by %s before anything is asked of the platform', async (_, requestOf) => {
    const before = api.stack.workspace.requestLog.count();
    const answers: [string, number, unknown][] = [];
    for (const path of PATHS) {
      const { url, method, json } = requestOf(path);
      const { status, json: body } = await api.ask(url, {
        method,
        as: 'engineer',
        ...(json === undefined ? {} : { json }),
      });
      answers.push([path, status, body['error_code']]);
    }

    expect(answers).toEqual(PATHS.map((path) => [path, 400, 'INVALID_REQUEST']));
    expect(api.stack.workspace.requestLog.count()).toBe(before);
  });
});
