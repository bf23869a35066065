import { canReach, unprivilegedAccount } from './postgres-user';

describe('the account Postgres runs as when the launcher is root', () => {
  it('is nobody where the machine has it, whatever its number', () => {
    expect(unprivilegedAccount('root:x:0:0::/root:/bin/sh\nnobody:x:99:98::/:/sbin/nologin\n')).toEqual({
      uid: 99,
      gid: 98,
    });
  });

  it('is never root under another name', () => {
    expect(() => unprivilegedAccount('root:x:0:0::/root:/bin/sh\nnobody:x:0:0::/:/bin/sh\n')).toThrow(
      'names no unprivileged account',
    );
  });

  it.each([
    [
      'a folder above is open to its owner alone',
      { '/home': 0o755, '/home/ada': 0o700, '/home/ada/clone': 0o755 },
      false,
    ],
    ['every folder above may be passed', { '/home': 0o755, '/home/ada': 0o711, '/home/ada/clone': 0o755 }, true],
    ['the last folder does not exist yet', { '/home': 0o755, '/home/ada': 0o711 }, true],
  ])('knows whether it gets through when %s', (_, modes: Record<string, number>, expected) => {
    const stat = (path: string): { mode: number; uid: number; gid: number } | undefined =>
      path === '/'
        ? { mode: 0o755, uid: 0, gid: 0 }
        : modes[path] === undefined
          ? undefined
          : { mode: modes[path], uid: 0, gid: 0 };

    expect(canReach({ uid: 65534, gid: 65534 }, '/home/ada/clone', stat)).toBe(expected);
  });
});
