// An import as the API tells of it.
import type { SheetError } from "../../parts/SheetErrors.svelte";

export interface Import {
  id: string;
  file_name: string | null;
  format: "csv" | "xlsx";
  state: "ready" | "applying" | "done" | "stopped";
  rows: number;
  good: number;
  bad: number;
  new: number;
  changed: number;
  same: number;
  /** Of the good rows to be written, those that are. */
  done: number;
  total: number;
  ignored_columns: string[];
  /** The first of them. */
  errors: SheetError[];
  created_at: string;
}
