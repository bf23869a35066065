import { generateCorpus } from './generate-corpus';

generateCorpus('libs/delta/corpus').catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
