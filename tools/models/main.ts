import { trainModels } from './train-models';

trainModels('apps/local/src/embedded/demo-lake/models', (line) => console.log(line)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
