import { fileCount, folderCount, lineCount, rowCount, tableCount } from './counted';

describe('how many there are, in words', () => {
  it.each([
    [folderCount, '1 folder', '0 folders', '1,200 folders'],
    [fileCount, '1 file', '0 files', '1,200 files'],
    [tableCount, '1 table', '0 tables', '1,200 tables'],
    [rowCount, '1 row', '0 rows', '1,200 rows'],
    [lineCount, '1 line', '0 lines', '1,200 lines'],
  ])('tells of one as of many: %p', (count, one, none, many) => {
    expect([count(1), count(0), count(1_200)]).toEqual([one, none, many]);
  });
});
