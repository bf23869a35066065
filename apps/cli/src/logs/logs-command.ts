import type { CommandContext } from '../command-context';
import { EXIT, type ExitCode } from '../exit-code';
import type { TargetOptions } from '../targets/target-options';
import { Target } from '../targets/target';
import { followLog } from './log-follower';
import { isAtLeast, lineJson, lineText, type Level } from './log-line';

export interface LogsOptions extends TargetOptions {
  /** Part of a line; the platform leaves out what has it not. */
  readonly search?: string;
  /** Seconds; without it until somebody ends it. */
  readonly duration?: number;
  /** Lines of ours below it are left out. */
  readonly level?: Level;
  readonly json: boolean;
}

/**
 * `logs`: what the platform keeps of the app's log, and then what is written, line by line, until Ctrl-C or the end of
 * `--duration`, which are both an end as it should be.
 */
export async function logs(options: LogsOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const end = new AbortController();
  const forget = context.onInterrupt?.(() => end.abort());
  const { duration, level, search } = options;
  const clock = duration === undefined ? undefined : setTimeout(() => end.abort(), duration * 1000);
  const target = await Target.open(options, context);
  const asText = options.json ? lineJson : lineText;
  try {
    await followLog(target, {
      ...(search === undefined ? {} : { search }),
      signal: end.signal,
      onLine: (frame) => {
        if (level === undefined || isAtLeast(level, frame)) terminal.out(asText(frame));
      },
      note: (text) => terminal.note(text),
    });
    return EXIT.ok;
  } finally {
    clearTimeout(clock);
    forget?.();
    await target.close();
  }
}
