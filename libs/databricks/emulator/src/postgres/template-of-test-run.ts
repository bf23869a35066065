/** What all servers of one test run copy their data folder from, where the run has such a folder: `template` of `EmbeddedPostgres`. */
export function templateOfTestRun(): string | undefined {
  return process.env['LAKESCOPE_TEST_RUN_POSTGRES'];
}
