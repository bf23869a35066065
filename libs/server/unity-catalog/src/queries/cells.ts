/** A row as the platform writes it: each cell text, or null. */
export type Cells = (string | null)[];
