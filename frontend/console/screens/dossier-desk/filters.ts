/** The ways to look at the queue, each with what the API is asked. */
export const FILTERS = {
  mo: "state=open",
  "qua-han": "state=open&overdue=1",
  "bo-sung": "state=supplement",
  xong: "state=closed",
} as const;

export type Filter = keyof typeof FILTERS;
