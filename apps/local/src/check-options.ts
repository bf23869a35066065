import { explain } from './explain';
import { HelpRequested, parseLaunchOptions } from './launch-options';
import { remoteSettings } from './remote/remote-settings';

/** What there is to say instead of starting, and whether that is an error; undefined when the options are fine. */
export function checkOptions(
  args: readonly string[],
  directory: string,
): { text: string; isError: boolean } | undefined {
  try {
    remoteSettings(parseLaunchOptions(args, directory), directory, process.env);
    return undefined;
  } catch (error) {
    return error instanceof HelpRequested
      ? { text: error.message, isError: false }
      : { text: explain(error), isError: true };
  }
}
