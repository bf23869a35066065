import { fileNameIn } from './received-file';

describe('the name of a file that was received', () => {
  it('is the one in UTF-8, and another where there is none', () => {
    expect(fileNameIn(`attachment; filename="a_b.csv"; filename*=UTF-8''a%C3%A4b.csv`, 'rows.csv')).toBe('aäb.csv');
    expect(fileNameIn('attachment; filename="a.csv"', 'rows.csv')).toBe('rows.csv');
    expect(fileNameIn(`attachment; filename*=UTF-8''%E4.csv`, 'rows.csv')).toBe('rows.csv');
    expect(fileNameIn(null, 'rows.csv')).toBe('rows.csv');
  });
});
