import { folderText } from './folder-text';

describe('how it stands with folders', () => {
  it('is told of one as of many', () => {
    expect(folderText({ done: 1, failed: 0, total: 1, isOver: true })).toBe('1 of 1 folder');
    expect(folderText({ done: 0, failed: 0, total: 2, isOver: false })).toBe('0 of 2 folders');
  });

  it('tells of each folder of a run that is over what became of it', () => {
    expect(folderText({ done: 3, failed: 1, total: 5, isOver: true })).toBe('3 of 5 folders, 1 put aside, 1 left');
  });

  it('tells of none that it was left while the run goes on', () => {
    expect(folderText({ done: 3, failed: 1, total: 5, isOver: false })).toBe('3 of 5 folders, 1 put aside');
  });
});
