/** Timers of Node hold no more milliseconds, some 24.8 days: one that is set for longer fires at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** `setTimeout` for any time. Answers how to call it off. */
export function after(milliseconds: number, act: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const now = Math.min(left, LONGEST_TIMER);
    timer = setTimeout(() => (left > now ? wait(left - now) : act()), now);
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}
