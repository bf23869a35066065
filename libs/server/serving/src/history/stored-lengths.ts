/** What the tables take, in characters. */
export const LONGEST_NAME = 300;
export const LONGEST_ERROR = 4_096;
