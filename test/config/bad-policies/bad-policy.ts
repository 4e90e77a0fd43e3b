/** A text that must be refused, and how. */
export interface BadPolicy {
  /** What is wrong with it. */
  name: string;
  text: string;
  /** From 1; absent when the file as a whole is meant. */
  line?: number;
  /** Empty when no field is meant. */
  field: string;
  /** Parts of the fault's sentence. */
  says: string[];
  /** Part of what to write instead. */
  write: string;
}
