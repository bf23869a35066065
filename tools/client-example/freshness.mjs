import { createClientOf, describeTable, discoverTables, LakescopeProblem, paginate } from '@lakescope/client';

const HOUR_MS = 3_600_000;

/** How old the tables below a folder are: what a monitor asks a service like this. */
export class Freshness {
  #lakescope;

  constructor(options) {
    this.#lakescope = createClientOf({ describeTable, discoverTables }, options);
  }

  /**
   * One entry for each table below the folder of a volume, stale when its last commit is older than `hours`. A table that cannot be read
   * says why instead of failing the rest. Rejects with a LakescopeProblem when the folder itself cannot be looked into.
   */
  async below(path, hours, signal) {
    const list = { body: { source: { kind: 'volume', path } } };
    const tables = [];
    for await (const table of paginate(this.#lakescope.discoverTables, list, { signal })) {
      tables.push(await this.#of(table.path, hours, signal));
    }
    return tables;
  }

  async #of(path, hours, signal) {
    try {
      const body = { source: { kind: 'volume', path } };
      const { version, last_commit: commit } = await this.#lakescope.describeTable({ body }, { signal });
      const committedAt = commit?.timestamp ?? null;
      const isStale = committedAt !== null && Date.now() - Date.parse(committedAt) > hours * HOUR_MS;
      return { path, version, committed_at: committedAt, stale: isStale };
    } catch (error) {
      if (!(error instanceof LakescopeProblem)) throw error;
      return { path, unreadable: error.code, why: error.message, correlation_id: error.correlationId };
    }
  }
}
