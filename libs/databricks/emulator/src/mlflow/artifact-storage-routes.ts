import type { FastifyInstance } from 'fastify';
import { noSuchFile } from '../files/files-refusals';
import type { PresignedLinks } from '../files/presigned-links';
import { sendFile } from '../files/send-file';
import { requireSignedLink } from '../files/signed-link-hook';
import { ARTIFACT_STORAGE, segmentsOf } from './artifact-path';
import type { Runs } from './runs';

/** The storage behind the artifacts of runs: whoever has a signed link may read what it leads to. */
export function artifactStorageRoutes(scope: FastifyInstance, links: PresignedLinks, runs: Runs): void {
  requireSignedLink(scope, links);
  scope.get<{ Params: { runId: string; '*': string } }>(`${ARTIFACT_STORAGE}/:runId/*`, async (request, reply) => {
    const { runId, '*': path } = request.params;
    const files = await runs.artifacts(runId);
    const file = await files?.openFile(segmentsOf(path));
    if (file === undefined) throw noSuchFile();
    return sendFile(request, reply, file);
  });
}
