import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';

type Page = Pick<ListObjectsV2CommandOutput, 'Contents' | 'IsTruncated' | 'NextContinuationToken'>;

const START = /^\s*(?:<\?xml[^>]*\?>\s*)?<ListBucketResult[\s>]/;
const END = '</ListBucketResult>';
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What an answer is that ends before it should: named like errors of sockets. */
class ListingCut extends Error {
  readonly code = 'ECUT';

  constructor() {
    super('The answer is not a whole listing');
  }
}

/**
 * Reads the answer of ListObjectsV2 ("ListObjectsV2", response syntax, of the S3 API reference), without folders: the only XML of which there
 * are thousands of lines a second. Keys are left as they came. Anything but a whole listing is an error with the code `ECUT`.
 */
export function parseListing(text: string): Page {
  if (!START.test(text) || !text.trimEnd().endsWith(END)) throw new ListingCut();
  const Contents: NonNullable<Page['Contents']> = [];
  // What is said of the listing itself may come before or after its objects.
  let around = '';
  let position = 0;
  for (;;) {
    const start = text.indexOf('<Contents>', position);
    if (start < 0) break;
    const end = text.indexOf('</Contents>', start);
    if (end < 0) throw new ListingCut();
    around += text.slice(position, start);
    const object = text.slice(start, end);
    const key = field(object, 'Key');
    const size = Number(field(object, 'Size') ?? 'none');
    const modified = new Date(field(object, 'LastModified') ?? '');
    if (key === undefined || !Number.isSafeInteger(size)) throw new ListingCut();
    Contents.push({
      Key: key,
      Size: size,
      ...(Number.isNaN(modified.getTime()) ? {} : { LastModified: modified }),
      ETag: field(object, 'ETag'),
    });
    position = end + '</Contents>'.length;
  }
  around += text.slice(position);
  return {
    Contents,
    IsTruncated: field(around, 'IsTruncated') === 'true',
    NextContinuationToken: field(around, 'NextContinuationToken'),
  };
}

function field(xml: string, name: string): string | undefined {
  const start = xml.indexOf(`<${name}>`);
  if (start < 0) return undefined;
  const end = xml.indexOf(`</${name}>`, start);
  if (end < 0) throw new ListingCut();
  const text = xml.slice(start + name.length + 2, end);
  return text.includes('&') ? text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, plain) : text;
}

function plain(entity: string, hex: string | undefined, decimal: string | undefined, name = ''): string {
  if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
  if (decimal !== undefined) return String.fromCodePoint(parseInt(decimal, 10));
  return ENTITIES[name] ?? entity;
}
