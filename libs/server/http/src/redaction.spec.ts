import { redactText } from './redaction';

const JWT = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.x';

/** One text for each look of a secret, in a spelling of its own, and what is left of it. */
const TEXTS: readonly (readonly [string, string])[] = [
  ['bEARER abc.def-123', 'bEARER [redacted]'],
  ['Basic YWRhOnBhc3M=', 'Basic [redacted]'],
  [JWT, '[redacted]'],
  ['DAPI0123456789abcdef-3', '[redacted]'],
  ['dose0123456789abcdef', '[redacted]'],
  ['dkea0123456789abcdef', '[redacted]'],
  ['doau0123456789abcdef', '[redacted]'],
  ['AKIAIOSFODNN7EXAMPLE', '[redacted]'],
  ['ASIAIOSFODNN7EXAMPLE', '[redacted]'],
  ['?x-amz-signature=ab&x=1', '?x-amz-signature=[redacted]&x=1'],
  ['?X-Amz-Credential=ab', '?X-Amz-Credential=[redacted]'],
  ['?X-Amz-Security-Token=ab', '?X-Amz-Security-Token=[redacted]'],
  ['?sig=ab%3D', '?sig=[redacted]'],
  ['?Signature=ab', '?Signature=[redacted]'],
  ['?AWSAccessKeyId=ab', '?AWSAccessKeyId=[redacted]'],
  ['password: hunter2', 'password: [redacted]'],
  ['PASSWD=hunter2', 'PASSWD=[redacted]'],
  ['pwd=hunter2, x', 'pwd=[redacted], x'],
  ['client_secret=hunter2', 'client_secret=[redacted]'],
  ['access_token=hunter2', 'access_token=[redacted]'],
  ['?token=hunter2&x=1', '?token=[redacted]&x=1'],
  ['refresh_token=hunter2', 'refresh_token=[redacted]'],
  ['X-Api-Key=hunter2', 'X-Api-Key=[redacted]'],
  ['apikey=hunter2;', 'apikey=[redacted];'],
  ['{"refresh_token": "hunter2"}', '{"refresh_token": "[redacted]"}'],
  ['{\\"my-passwd\\":\\"hunter2\\"}', '{\\"my-passwd\\":\\"[redacted]\\"}'],
  ['postgresql+ssl://ada:hun:ter2@db.example/x', 'postgresql+ssl://ada:[redacted]@db.example/x'],
  ['https://a:b@c.example https://d:e@f.example', 'https://a:[redacted]@c.example https://d:[redacted]@f.example'],
];

describe('secrets by their looks', () => {
  it.each(TEXTS)('are taken out of %j', (text, clean) => {
    expect(redactText(text)).toBe(clean);
    expect(redactText(`before ${text} after`)).toBe(`before ${clean} after`);
  });

  it.each([
    'https://app.example:8443/catalog?path=/Volumes/a/b',
    'mail ada@example.com at 12:30',
    'GET /api/v1/tokens took 12 ms',
    'a secret garden, a basic idea, the signature dish',
    'next_page_token_count 3',
    'the token: it is too old',
    'tokens=3 max_tokens=5 monkey=1',
  ])('are not seen in %j', (text) => {
    expect(redactText(text)).toBe(text);
  });

  it.each([
    'a',
    'a.',
    'a:',
    ':',
    'a://',
    'a://b:',
    '://',
    '-eyJ',
    'eyJa.',
    '-',
    'a_',
    '-token',
    '"token-',
    '"token":',
    'password:',
    '\\"',
  ])('are looked for in a text of nothing but %s in time that grows with it and not with its square', (part) => {
    const text = `token ://${part.repeat(2_000_000 / part.length)}`;

    // Else it would take hours.
    expect(redactText(text).length).toBeGreaterThan(0);
  });
});
