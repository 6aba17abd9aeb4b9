import { clean } from './clean.ts';

// Tables for a terminal of any width. The libraries there are want the widths of all columns, or cut what does not fit.

export interface Column<Row> {
  title: string;
  /** In a list, where there is room for a longer one. */
  fullTitle?: string;
  value: (row: Row) => string;
  /** What will do where there is too little room for one line. */
  short?: (row: Row) => string;
  /** Where there is too little room for one line, it stands below the others. */
  below?: true;
}

export interface Looks<Row> {
  /** Columns of the terminal; undefined where nothing has to fit, such as a file: plain, one line for each row. */
  width: number | undefined;
  /** Rows that stand out: marked on a terminal, and drawn by `emphasis`. */
  standsOut?: (row: Row) => boolean;
  emphasis?: (text: string) => string;
}

const GAP = '  ';

/** The lines of a table: one for each row if they fit, else with some columns below, else each row as a list. None without rows. */
export function table<Row>(columns: Column<Row>[], rows: Row[], looks: Looks<Row>): string[] {
  const { width, standsOut = () => false, emphasis = text => text } = looks;
  if (rows.length === 0) return [];
  const isMarked = width !== undefined && rows.some(standsOut);
  const mark = (row: Row) => (isMarked ? (standsOut(row) ? '* ' : '  ') : '');
  const style = (row: Row) => (width !== undefined && standsOut(row) ? emphasis : (text: string) => text);
  const indent = isMarked ? '  ' : '';
  const room = (width ?? Number.POSITIVE_INFINITY) - indent.length;

  const draw = (shown: Column<Row>[], below: Column<Row>[], grid: Grid<Row>): string[] => [
    `${indent}${grid.line(shown.map(({ title }) => title))}`,
    ...rows.flatMap(row => [
      style(row)(mark(row) + grid.line(grid.cells(row))),
      ...below.flatMap(column => field(column, row, width ?? 0, `${indent}  `)).map(style(row)),
    ]),
  ];

  const whole = layOut(columns, rows, ({ value }) => value);
  if (whole.width <= room) return draw(columns, [], whole);
  const beside = columns.filter(({ below }) => !below);
  const shorter = layOut(beside, rows, ({ value, short }) => short ?? value);
  if (shorter.width <= room) {
    return draw(
      beside,
      columns.filter(({ below }) => below),
      shorter,
    );
  }
  const [first, ...others] = columns;
  return rows.flatMap((row, n) => [
    ...(n > 0 ? [''] : []),
    ...wrap(mark(row) + clean(first?.value(row) ?? ''), width ?? 0, '  ').map(style(row)),
    ...others.flatMap(column => field(column, row, width ?? 0, '  ')),
  ]);
}

interface Grid<Row> {
  width: number;
  cells: (row: Row) => string[];
  line: (cells: string[]) => string;
}

function layOut<Row>(
  columns: Column<Row>[],
  rows: Row[],
  textOf: (column: Column<Row>) => (row: Row) => string,
): Grid<Row> {
  const cells = (row: Row) => columns.map(column => clean(textOf(column)(row)));
  const all = [columns.map(({ title }) => title), ...rows.map(cells)];
  const widths = columns.map((_, n) => all.reduce((most, line) => Math.max(most, line[n]?.length ?? 0), 0));
  const line = (texts: string[]) =>
    texts
      .map((text, n) => text.padEnd(widths[n] ?? 0))
      .join(GAP)
      .trimEnd();
  return { width: widths.reduce((sum, width) => sum + width, 0) + GAP.length * (columns.length - 1), cells, line };
}

/** `title: value` in lines of its own; nothing when there is no value. */
function field<Row>(
  { title, fullTitle = title, value }: Column<Row>,
  row: Row,
  width: number,
  indent: string,
): string[] {
  const text = clean(value(row));
  return text ? wrap(`${indent}${fullTitle}: ${text}`, width, `${indent}  `) : [];
}

/**
 * Lines that are at most `width` wide; the first as it is, others behind `indent`. It breaks at spaces, else after a
 * hyphen or a comma, else anywhere.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > Math.max(width, indent.length + 8)) {
    const room = Math.max(width, indent.length + 8);
    const start = rest.length - rest.trimStart().length;
    const space = rest.lastIndexOf(' ', room);
    const joint = Math.max(rest.lastIndexOf('-', room - 1), rest.lastIndexOf(',', room - 1)) + 1;
    // A word that is only a little too long for the rest of the line goes to the next one as a whole.
    const end = space > start + room / 3 ? space : joint > start + room / 3 ? joint : space > start ? space : room;
    lines.push(rest.slice(0, end).trimEnd());
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
