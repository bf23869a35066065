export { deltaType, type Column, type ColumnType, type Row, type Value } from './parquet/column';
export { writeParquet } from './parquet/tiny-parquet';
export { Chance } from './suite/chance';
export { DISORDERS, InvalidSynthetic, type Disorder, type DisorderAt } from './suite/disorder';
export { DEFAULT_START, stepOf, type History, type Step } from './suite/history';
export type { SyntheticFile, SyntheticFolder } from './suite/synthetic-folder';
export { SyntheticSuite, type ExpectedTable } from './suite/synthetic-suite';
export { FolderBucket, S3Bucket, type SyntheticBucket } from './bucket/synthetic-bucket';
export { continueSuite, createSuite, LABEL, openSuite, type NewSuite, type WrittenStep } from './bucket/write-suite';
