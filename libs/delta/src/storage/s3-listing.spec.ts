import { parseListing } from './s3-listing';

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
const OBJECT =
  '<Contents><Key>a%2Bb/%C3%A4+c</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;1-2&quot;</ETag>' +
  '<Size>5</Size><Owner><ID>me</ID><DisplayName>&lt;Key&gt;</DisplayName></Owner><StorageClass>STANDARD</StorageClass></Contents>';

describe('parseListing', () => {
  it('reads objects, and whether there are more, wherever that is said', () => {
    const object = {
      Key: 'a%2Bb/%C3%A4+c',
      Size: 5,
      LastModified: new Date('2026-01-02T03:04:05.678Z'),
      ETag: '"1-2"',
    };
    const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>1&amp;2&#x2F;&#51;=</NextContinuationToken>';

    const expected = { IsTruncated: true, NextContinuationToken: '1&2/3=' };
    expect(parseListing(`${HEAD}${more}${OBJECT}${OBJECT}</ListBucketResult>\n`)).toEqual({
      ...expected,
      Contents: [object, object],
    });
    expect(parseListing(`${HEAD}${OBJECT}${more}</ListBucketResult>`)).toEqual({ ...expected, Contents: [object] });
    expect(
      parseListing(`${HEAD}<Name>b</Name><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>`),
    ).toEqual({
      Contents: [],
      IsTruncated: false,
      NextContinuationToken: undefined,
    });
  });

  it.each([
    '',
    '<html>Sign in</html>',
    `${HEAD}${OBJECT}`,
    `${HEAD}${OBJECT.slice(0, 60)}</ListBucketResult>`,
    `${HEAD}<Contents><Size>5</Size></Contents></ListBucketResult>`,
    `${HEAD}<Contents><Key>a</Key></Contents></ListBucketResult>`,
    `${HEAD}<Contents><Key>a</Key><Size>many</Size></Contents></ListBucketResult>`,
  ])('takes nothing but a whole listing: %j', (text) => {
    expect(() => parseListing(text)).toThrow(expect.objectContaining({ code: 'ECUT' }));
  });
});
