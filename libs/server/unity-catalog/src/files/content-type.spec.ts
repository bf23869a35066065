import { contentDisposition, downloadType, inlineType } from './content-type';

describe('the type of a file', () => {
  it('is told by its name', () => {
    expect(downloadType('a.csv')).toBe('text/csv; charset=utf-8');
    expect(downloadType('A.PNG')).toBe('image/png');
    expect(downloadType('noextension')).toBe('application/octet-stream');
    expect(downloadType('a.constructor')).toBe('application/octet-stream');
  });

  it.each(['a.html', 'a.htm', 'a.svg', 'a.xml', 'a.pdf', 'a.zip', 'html', 'a'])('keeps %s from being shown', (name) => {
    expect(inlineType(name)).toBeUndefined();
  });

  it('shows texts as plain text and images as what they are', () => {
    expect(inlineType('a.json')).toBe('text/plain; charset=utf-8');
    expect(inlineType('a.webp')).toBe('image/webp');
  });
});

describe('the name of a download', () => {
  it('survives in full, with a harmless copy for old clients', () => {
    expect(contentDisposition('attachment', 'käse "1".csv')).toBe(
      `attachment; filename="k_se _1_.csv"; filename*=UTF-8''k%C3%A4se%20%221%22.csv`,
    );
    expect(contentDisposition('inline', "it's (1)*.txt")).toContain("filename*=UTF-8''it%27s%20%281%29%2A.txt");
  });
});
