import { ServiceRefusal } from '../http/refusals';

/** What the Files API says when it does not do what it is asked. Texts and reasons are those that official clients look for. */

export function noSuchFile(): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', 'The file being accessed is not found.', {
    reason: { reason: 'FILES_API_FILE_IS_NOT_FOUND' },
  });
}

export function noSuchDirectory(): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', 'The directory being accessed is not found.', {
    reason: { reason: 'FILES_API_DIRECTORY_IS_NOT_FOUND' },
  });
}

export function fileExists(): ServiceRefusal {
  return alreadyExists('The file being created already exists.', 'FILES_API_FILE_ALREADY_EXISTS');
}

export function directoryExists(): ServiceRefusal {
  return alreadyExists('The path being written is a directory.', 'FILES_API_PATH_IS_A_DIRECTORY');
}

export function fileInTheWay(): ServiceRefusal {
  return alreadyExists('A part of the path is a file, not a directory.', 'FILES_API_PATH_IS_A_FILE');
}

export function directoryNotEmpty(): ServiceRefusal {
  return new ServiceRefusal(400, 'INVALID_PARAMETER_VALUE', 'The directory being deleted is not empty.', {
    reason: { reason: 'FILES_API_DIRECTORY_IS_NOT_EMPTY' },
  });
}

export function fileTooLarge(maximumBytes: number): ServiceRefusal {
  return new ServiceRefusal(400, 'INVALID_PARAMETER_VALUE', `A file may have ${maximumBytes} bytes at most.`, {
    reason: { reason: 'FILES_API_FILE_SIZE_EXCEEDED' },
  });
}

export function contentCut(): ServiceRefusal {
  return new ServiceRefusal(400, 'BAD_REQUEST', 'The connection ended before the content was complete.');
}

export function noSuchUpload(): ServiceRefusal {
  return new ServiceRefusal(404, 'NOT_FOUND', 'The upload session is not found: it has ended or never was.', {
    reason: { reason: 'FILES_API_UPLOAD_SESSION_IS_NOT_FOUND' },
  });
}

function alreadyExists(message: string, reason: string): ServiceRefusal {
  return new ServiceRefusal(409, 'ALREADY_EXISTS', message, { reason: { reason } });
}
