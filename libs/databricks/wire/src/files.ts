/** One child of a directory (Files API 2.0). Directories omit `file_size`; times are epoch milliseconds. */
export interface DirectoryEntry {
  path: string;
  name: string;
  is_directory: boolean;
  file_size?: number;
  last_modified?: number;
}

/** A page of `GET /api/2.0/fs/directories{path}`; `contents` is absent when empty. */
export interface ListDirectoryResponse {
  contents?: DirectoryEntry[];
  next_page_token?: string;
}
