import { elementId, pressedElement } from './element-id';
import { type UsageEventDetails, type UsageEventType } from './usage-events';

type Note = (type: UsageEventType, details: UsageEventDetails) => void;

/** Formats that are worth telling apart; the rest of a file's name is nobody's business. */
const FORMAT = /\.(csv|json|parquet|txt)$/i;

/**
 * Notes what is pressed and submitted anywhere on the page, by one listener for each. What is typed, scrolled or looked
 * at is not noted. Answers how to end it.
 */
export function observePage(document: Document, note: Note): () => void {
  const onClick = (event: Event): void => {
    const element = pressedElement(event.target);
    if (element === undefined) return;
    const name = elementId(element);
    const details = name === undefined ? {} : { elementId: name };
    const download = element.closest('a[download]')?.getAttribute('download') ?? undefined;
    if (download === undefined) note('button_click', details);
    else
      note('export_triggered', {
        ...details,
        metadata: { format: FORMAT.exec(download)?.[1]?.toLowerCase() ?? 'file' },
      });
  };
  const onSubmit = (event: Event): void => {
    const name = event.target instanceof Element ? elementId(event.target) : undefined;
    note('form_submit', name === undefined ? {} : { elementId: name });
  };
  const options = { capture: true, passive: true };
  document.addEventListener('click', onClick, options);
  document.addEventListener('submit', onSubmit, options);
  return () => {
    document.removeEventListener('click', onClick, options);
    document.removeEventListener('submit', onSubmit, options);
  };
}
