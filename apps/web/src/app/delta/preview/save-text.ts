/** Hands a text to the browser as a file to save. */
export function saveText(document: Document, name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the content from the click on.
  URL.revokeObjectURL(url);
}
