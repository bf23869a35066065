import { DownloadLinks } from './download-links';
import { FileChangesController } from './file-changes.controller';
import { FileContent } from './file-content';
import { FileWriter } from './file-writer';
import { FilesController } from './files.controller';
import { FilePreviews } from './preview/file-previews';
import { UploadRecords } from './upload-records';
import { Uploads } from './uploads';
import { UploadsController } from './uploads.controller';
import { VolumeDirectory } from './volume-directory';
import { WriteClaims } from './write-claims';

/** What the module is made of for files. */
export const FILE_CONTROLLERS = [FilesController, FileChangesController, UploadsController];
export const FILE_PROVIDERS = [
  DownloadLinks,
  FileContent,
  FilePreviews,
  FileWriter,
  UploadRecords,
  Uploads,
  VolumeDirectory,
  WriteClaims,
];
