/** Where the keyboard goes on on a new page, and when what it was on is gone, as after a deletion. */
export function focusMain(document: Document): void {
  document.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
}
