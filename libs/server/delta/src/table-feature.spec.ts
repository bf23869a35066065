import { TableFeatureDto } from './table-feature.dto';

const protocol = {
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: ['deletionVectors', 'fromTheFuture'],
  writerFeatures: ['appendOnly', 'deletionVectors', 'fromTheFuture'],
};

describe('the features of a table', () => {
  it('are named once each, by who needs them and whether they can be read', () => {
    expect(TableFeatureDto.listFrom(protocol, ['fromTheFuture'])).toMatchObject([
      { name: 'appendOnly', needed_by: 'writer', supported: true },
      { name: 'deletionVectors', needed_by: 'reader', supported: true },
      { name: 'fromTheFuture', needed_by: 'reader', supported: false },
    ]);
  });

  it('are explained, also those nobody here knows', () => {
    const [appendOnly, , unknown] = TableFeatureDto.listFrom(protocol, []);

    expect(appendOnly?.meaning).toBe('Rows can only be added, never changed or deleted.');
    expect(unknown?.meaning).toBe('This version of the app does not know this feature.');
  });
});
