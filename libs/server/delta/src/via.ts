/** How a table was read: from its storage, or through the SQL warehouse. */
export const VIAS = ['storage', 'warehouse'] as const;
export type Via = (typeof VIAS)[number];
