import { confirm, input, password, select } from '@inquirer/prompts';
import type { Choice, Questions } from './terminal';

export interface Streams {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

/** Questions on a real terminal. On the error stream, so that the result can be piped away. */
export function askOn(streams: Streams): Questions {
  return {
    text: (message, fallback) =>
      input({ message, required: true, ...(fallback === undefined ? {} : { default: fallback }) }, streams),
    secret: (message) => password({ message, mask: '*', toggleMask: false }, streams),
    yes: (message, fallback = true) => confirm({ message, default: fallback }, streams),
    choose: <T>(message: string, choices: readonly Choice<T>[]): Promise<T> => select<T>({ message, choices }, streams),
  };
}
