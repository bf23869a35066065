import { TypedAheadKeys } from './typed-ahead';

const press = (key: string, modifiers: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true, ...modifiers });
  document.body.dispatchEvent(event);
  return event;
};

describe('keys typed ahead of a field', () => {
  it('are kept, corrected, and taken from whoever else listens', () => {
    const keys = new TypedAheadKeys(document);
    for (const key of ['t', 'r', 'o', 'Backspace', 'i']) expect(press(key).defaultPrevented).toBe(true);
    press('Shift');
    expect(keys.end()).toEqual({ text: 'tri', isEntered: false, isCancelled: false });
  });

  it('know that the person has already decided', () => {
    const entered = new TypedAheadKeys(document);
    press('d');
    press('Enter');
    expect(entered.end()).toMatchObject({ text: 'd', isEntered: true });

    const cancelled = new TypedAheadKeys(document);
    press('Escape');
    expect(cancelled.end().isCancelled).toBe(true);
  });

  it('leaves shortcuts alone, and everything once it has ended', () => {
    const keys = new TypedAheadKeys(document);
    expect(press('k', { ctrlKey: true }).defaultPrevented).toBe(false);
    keys.end();
    expect(press('x').defaultPrevented).toBe(false);
    expect(keys.end().text).toBe('');
  });
});
