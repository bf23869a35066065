import { explain } from './explain';
import { HelpRequested, parseLaunchOptions } from './launch-options';

/** What there is to say instead of starting, and whether that is an error; undefined when the options are fine. */
export function checkOptions(
  args: readonly string[],
  directory: string,
): { text: string; isError: boolean } | undefined {
  try {
    parseLaunchOptions(args, directory);
    return undefined;
  } catch (error) {
    return error instanceof HelpRequested
      ? { text: error.message, isError: false }
      : { text: explain(error), isError: true };
  }
}
