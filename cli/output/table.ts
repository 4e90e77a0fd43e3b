import { plainLine } from '../../domain/text/plain-text.ts';

/** A column: its head, and its cell for a row. */
export interface Column<Row> {
  head: string;
  cell(row: Row): string | undefined;
  /** Only with `-o wide`. */
  isWide?: true;
}

const gap = '   ';

/** Aligned lines, the head first; an empty cell is `-`. The last column is not padded, so that no line ends in spaces. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], isWide = false): string[] {
  const shown = columns.filter((column) => isWide || column.isWide !== true);
  const cells = [
    shown.map(({ head }) => head),
    ...rows.map((row) => shown.map(({ cell }) => plainLine(cell(row) ?? '') || '-')),
  ];
  const widths = shown.map((_, index) => Math.max(...cells.map((line) => widthOf(line[index] ?? ''))));
  return cells.map((line) =>
    line
      .map((cell, index) =>
        index === line.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell)),
      )
      .join(gap),
  );
}

const widthOf = (text: string) => [...text].length;

/** `name:  value` lines with the values under each other; what is undefined is left out. */
export function fields(values: Record<string, string | undefined>): string[] {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const width = Math.max(0, ...given.map(([name]) => widthOf(name)));
  return given.map(([name, value]) => `${name}:${' '.repeat(width - widthOf(name) + 2)}${plainLine(value)}`);
}

/** The lines, each further in. */
export const indented = (lines: readonly string[], by = '  '): string[] => lines.map((line) => `${by}${line}`);
