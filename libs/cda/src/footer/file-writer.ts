import type { CompactReader } from './compact-reader';
import { STOP } from './compact-reader';

const SPARK_VERSION = Buffer.from('org.apache.spark.version');
/** Written by Spark 3 and later into files whose dates and times are in the calendar of its elders. */
const LEGACY_CALENDAR = Buffer.from('org.apache.spark.legacyDateTime');
/** Writers without a past of another calendar. Hive, Impala and Spark up to 2 counted the days of before 1582 as Julius Caesar did. */
const ALWAYS_GREGORIAN = /^(?:DuckDB|parquet-cpp|parquet-rs|parquet-go|Polars)\b/i;

/** What a footer says of who wrote the file, as far as it tells what its bounds mean. */
export class FileWriter {
  private sparkVersion: string | undefined;
  private isLegacy = false;
  private createdBy = '';

  /** Reads the list `key_value_metadata`. */
  readKeys(reader: CompactReader): void {
    for (let left = reader.structs(); left > 0; left -= 1) {
      let key: Buffer | undefined;
      for (let id = reader.field(0); id !== STOP; id = reader.field(id)) {
        if (id === 1) key = reader.binary();
        else if (id === 2 && key?.equals(SPARK_VERSION) === true) this.sparkVersion = reader.text();
        else reader.skip();
      }
      this.isLegacy ||= key?.equals(LEGACY_CALENDAR) === true;
    }
  }

  /** Reads `created_by`. */
  readName(reader: CompactReader): void {
    this.createdBy = reader.text();
  }

  /**
   * Whether no bounds, or NaN as one of them, show that there is a NaN among the floats of a column. Before 1.10 parquet-mr passed over those
   * that came later.
   */
  get tellsNaN(): boolean {
    const [, major, minor] = /^parquet-mr version (\d+)\.(\d+)/.exec(this.createdBy) ?? [];
    if (major === undefined) return /^DuckDB\b/.test(this.createdBy);
    return Number(major) > 1 || Number(minor) >= 10;
  }

  /**
   * Whether dates of before 1582 and times of before 1900 are those that readers will see. In files of the elder calendar Spark shifts them while
   * it reads, so that their bounds are not those of the values (SPARK-31404).
   */
  get isGregorian(): boolean {
    if (this.isLegacy) return false;
    if (this.sparkVersion === undefined) return ALWAYS_GREGORIAN.test(this.createdBy);
    return Number(/^\d+/.exec(this.sparkVersion)?.[0] ?? 0) >= 3;
  }
}
