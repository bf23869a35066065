import { eachPart, inPieces, partitionText, statsText } from '../checkpoint/checkpoint-files';
import type { CheckpointTable } from '../checkpoint/checkpoint-tables';
import { source, type CheckpointContext } from '../checkpoint/read-checkpoint';
import type { Connection } from '../duckdb/duckdb';
import type { FileFilter } from './file-filter';

/** Makes the temporary table `matching` of the files, of the checkpoint and added since, that a filter cannot exclude. */
export async function loadMatching(
  filter: FileFilter,
  added: string,
  table: CheckpointTable,
  connection: Connection,
  context: CheckpointContext,
): Promise<void> {
  const condition = filter.fileCondition({ partitionValues: 'partition_values', stats: 'stats' });
  await connection.run(`CREATE TEMP TABLE matching AS SELECT file FROM ${added} WHERE ${condition}`);
  await eachPart(context, connection, table.files.parts, async ({ file, fields, firstId }) => {
    await inPieces(context, connection, file, (rows) =>
      connection.run(
        `INSERT INTO matching SELECT id FROM (
           SELECT ${firstId} + file_row_number AS id, ${partitionText(fields)} AS partition_values, ${statsText(fields) ?? 'NULL'} AS stats
           FROM ${source(file)} WHERE add.path IS NOT NULL AND ${rows}
         ) WHERE ${condition}`,
      ),
    );
  });
}
