/**
 * Reads the first rows of CSV (RFC 4180).
 *
 * @returns the rows, and how many characters the first of them takes, its end of line not counted.
 */
export function readCsv(text: string, rowsMax: number): { rows: string[][]; headerChars: number } {
  const rows: string[][] = [];
  let headerChars = 0;
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRow = (at: number): void => {
    cells.push(cell);
    if (rows.length === 0) headerChars = at;
    if (cells.some((one) => one !== '')) rows.push(cells);
    cells = [];
    cell = '';
  };
  for (let at = 0; at < text.length && rows.length < rowsMax; at += 1) {
    const char = text[at] ?? '';
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === ',') {
      cells.push(cell);
      cell = '';
    } else if (char === '\n') endRow(text[at - 1] === '\r' ? at - 1 : at);
    else if (char !== '\r') cell += char;
  }
  if (rows.length < rowsMax && (cell !== '' || cells.length > 0)) endRow(text.length);
  return { rows, headerChars };
}
