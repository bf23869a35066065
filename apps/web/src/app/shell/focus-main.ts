/** Where the keyboard goes on when what it was on is gone from the page, as after a deletion. */
export function focusMain(document: Document): void {
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}
