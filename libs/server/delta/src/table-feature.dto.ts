import { ApiProperty } from '@nestjs/swagger';
import type { Snapshot } from '@lakescope/delta';
import { featureMeaning } from './feature-meanings';

/** A feature of the table's protocol, in plain words. */
export class TableFeatureDto {
  /** Name of the feature. */
  @ApiProperty({ example: 'deletionVectors' })
  name!: string;

  /** Whether a reader has to know it, or only a writer. */
  @ApiProperty({ enum: ['reader', 'writer'] })
  needed_by!: 'reader' | 'writer';

  /** Whether the rows of a table with this feature can be read here. */
  supported!: boolean;

  /** What it means for the table. */
  meaning!: string;

  static listFrom(protocol: Snapshot['protocol'], unsupported: readonly string[]): TableFeatureDto[] {
    const readerFeatures = new Set(protocol.readerFeatures);
    const names = new Set([...protocol.readerFeatures, ...protocol.writerFeatures]);
    return [...names].sort().map((name) => {
      const dto = new TableFeatureDto();
      dto.name = name;
      dto.needed_by = readerFeatures.has(name) ? 'reader' : 'writer';
      dto.supported = !unsupported.includes(name);
      dto.meaning = featureMeaning(name);
      return dto;
    });
  }
}
