/** Something in a folder, wherever the folder is. Its path is unlike that of anything else in the list. */
export interface FolderEntry {
  readonly kind: 'catalog' | 'schema' | 'volume' | 'bucket' | 'directory' | 'file';
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number | null;
  readonly modifiedAt: string | null;
  readonly comment: string | null;
}
