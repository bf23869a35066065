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

/** A header that has to be sent along with a presigned URL. */
export interface PresignedHeader {
  name: string;
  value: string;
}

/** A link that works without a token until it expires. */
export interface PresignedUrl {
  url: string;
  headers?: PresignedHeader[];
}

/** Answer to `POST /api/2.0/fs/create-download-url?path=&expire_time=`. */
export type CreateDownloadUrlResponse = PresignedUrl;

/** Answer to `POST /api/2.0/fs/files{path}?action=initiate-upload&overwrite=`. */
export interface InitiateUploadResponse {
  multipart_upload?: { session_token: string };
}

/** `POST /api/2.0/fs/create-upload-part-urls`; times are RFC 3339, parts are counted from 1. */
export interface CreateUploadPartUrlsRequest {
  path: string;
  session_token: string;
  start_part_number: number;
  count: number;
  expire_time: string;
}

export interface UploadPartUrl extends PresignedUrl {
  part_number: number;
}

export interface CreateUploadPartUrlsResponse {
  upload_part_urls?: UploadPartUrl[];
}

/** One part as the storage took it; the etag is the header of its answer, quotes included. */
export interface UploadedPart {
  part_number: number;
  etag: string;
}

/** Body of `POST /api/2.0/fs/files{path}?action=complete-upload&upload_type=multipart&session_token=`. */
export interface CompleteUploadRequest {
  parts: UploadedPart[];
}

/** `POST /api/2.0/fs/create-abort-upload-url`. */
export interface CreateAbortUploadUrlRequest {
  path: string;
  session_token: string;
  expire_time: string;
}

export interface CreateAbortUploadUrlResponse {
  abort_upload_url?: PresignedUrl;
}
