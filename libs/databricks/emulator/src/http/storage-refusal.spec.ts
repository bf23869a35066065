import { StorageRefusal } from './storage-refusal';

it('what storage refuses is XML that can be read, whatever name is in it', () => {
  const { xml } = new StorageRefusal(404, 'NoSuchKey', "There is no 'a<b>&c'").body('request 1');

  expect(xml).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      "<Error><Code>NoSuchKey</Code><Message>There is no 'a&lt;b&gt;&amp;c'</Message><RequestId>request 1</RequestId></Error>",
  );
});
