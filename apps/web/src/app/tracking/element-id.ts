const LONGEST = 100;

/** What is there to be pressed. Of a label and its box only the box is heard: the browser presses it too. */
const PRESSABLE =
  'button, a[href], summary, input[type="checkbox"], input[type="radio"], [role="button"], [role="menuitem"], [role="option"], [role="switch"], [role="tab"]';

/** A name for tracking stands on the thing itself or around several that are one choice; a form has one for being sent. */
const NAMED = '[data-track-id]:not(form)';

/**
 * Where the text of a button or link is data: a name of a table, a path, somebody's address. There only what has a name
 * for tracking counts.
 */
const DATA_AREA =
  'table, ul, ol, dl, pre, code, h1, details, [role="grid"], [role="listbox"], [role="tree"], [data-track-private]';

/** Addresses and paths are nobody's label. */
const LOOKS_LIKE_DATA = /[@/\\]/;

/** The thing that a click was meant for; undefined when it was for none, or for one that must not be named. */
export function pressedElement(target: EventTarget | null): Element | undefined {
  if (!(target instanceof Element)) return undefined;
  const element = target.closest(PRESSABLE);
  return element === null || elementId(element) === undefined ? undefined : element;
}

/** `data-track-id`, else the id, else tag and text, cut at 100 characters; undefined inside of data. */
export function elementId(element: Element): string | undefined {
  const tag = element.tagName.toLowerCase();
  const named = (tag === 'form' ? element : element.closest(NAMED))?.getAttribute('data-track-id');
  if (named) return named.slice(0, LONGEST);
  if (tag === 'input' || element.parentElement?.closest(DATA_AREA)) return undefined;
  if (element.id) return element.id.slice(0, LONGEST);
  // Of a form only its name is a label; its text is all that it holds.
  const label = tag === 'form' ? element.getAttribute('aria-label') : element.textContent;
  const text = (label ?? '').replace(/\s+/g, ' ').trim();
  return text === '' || LOOKS_LIKE_DATA.test(text) ? tag : cut(`${tag} ${text}`);
}

/** A character of two code units is not cut in half. */
function cut(text: string): string {
  return text.slice(0, LONGEST).replace(/[\uD800-\uDBFF]$/, '');
}
