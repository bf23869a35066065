/** Types of columns that hold one value (MLflow `DataType`). */
export const SCALAR_TYPES = ['boolean', 'integer', 'long', 'float', 'double', 'string', 'binary', 'datetime'] as const;

export type ScalarType = (typeof SCALAR_TYPES)[number];

export interface ObjectType {
  readonly kind: 'object';
  /** In the order of their names, as MLflow keeps them. */
  readonly properties: readonly Property[];
}

export type ColumnType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'array'; readonly items: ColumnType }
  | { readonly kind: 'map'; readonly values: ColumnType }
  | { readonly kind: 'any' }
  | ObjectType;

export interface Property {
  readonly name: string;
  readonly type: ColumnType;
  readonly required: boolean;
}

/** MLflow `ColSpec`. Either all columns of a schema have names or none has. */
export interface Column {
  readonly name?: string;
  readonly type: ColumnType;
  readonly required: boolean;
}

/** MLflow `TensorSpec`; -1 in the shape is an axis of any length. */
export interface Tensor {
  readonly name?: string;
  /** The numpy name: `float64`, `int64`, `str`. */
  readonly dtype: string;
  readonly shape: readonly number[];
}

export type ModelSchema =
  | { readonly kind: 'columns'; readonly columns: readonly Column[] }
  | { readonly kind: 'tensors'; readonly tensors: readonly Tensor[] };

/** MLflow `ParamSpec`. */
export interface Param {
  readonly name: string;
  readonly type: Extract<ColumnType, { kind: 'scalar' | 'object' }>;
  readonly default: unknown;
  /** A list of values instead of one. */
  readonly isList: boolean;
}

/** What a model takes and answers: the `signature` of its MLmodel file. */
export interface ModelSignature {
  readonly inputs?: ModelSchema;
  readonly outputs?: ModelSchema;
  readonly params: readonly Param[];
}
