import { inspect } from 'node:util';
import { Secret } from './secret';

it('is shown in no way of printing', () => {
  const secret = new Secret('hunter2');

  const printed = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 5, showHidden: true }),
  ];

  expect(printed.join(' ')).not.toContain('hunter2');
  expect(secret.reveal()).toBe('hunter2');
});
