/** The first bytes of a file as text, or undefined when they are none. */
export function decodeText(bytes: Uint8Array, isWhole: boolean): string | undefined {
  try {
    // As a stream when there is more: the last character may have been cut in two.
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes, { stream: !isWhole });
    return text.includes('\u0000') ? undefined : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}

/** As the byte order mark says, where there is one. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
