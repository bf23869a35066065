import { countedBy } from './counted-by';

describe('what a commit changed, by the metrics of its writer', () => {
  it.each([
    [
      'WRITE',
      { mode: 'Append' },
      { numFiles: '2', numOutputRows: '10', numOutputBytes: '300' },
      [2, 0, '300', '0', '10', '0'],
    ],
    ['WRITE', { mode: 'Overwrite' }, { numFiles: '2', numOutputRows: '10' }, [2, null, null, null, '10', null]],
    [
      'MERGE',
      {},
      {
        numTargetFilesAdded: '1',
        numTargetFilesRemoved: '2',
        numTargetBytesAdded: '5',
        numTargetBytesRemoved: '6',
        numTargetRowsInserted: '7',
        numTargetRowsDeleted: '8',
        numOutputRows: '99',
      },
      [1, 2, '5', '6', '7', '8'],
    ],
    [
      'DELETE',
      {},
      { numRemovedFiles: '1', numAddedFiles: '1', numDeletedRows: '3', numCopiedRows: '4' },
      [1, 1, null, null, null, '3'],
    ],
    [
      'OPTIMIZE',
      {},
      { numAddedFiles: '1', numRemovedFiles: '9', numAddedBytes: '80', numRemovedBytes: '90' },
      [1, 9, '80', '90', null, null],
    ],
    ['SET TBLPROPERTIES', {}, {}, [null, null, null, null, null, null]],
    ['WRITE', {}, { numFiles: 'many', numOutputRows: '-1' }, [null, null, null, null, null, null]],
  ])('is told of a %s with %j', (operation, parameters, metrics, expected) => {
    expect(Object.values(countedBy(operation, parameters, metrics))).toEqual(expected);
  });
});
