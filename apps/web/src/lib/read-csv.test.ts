import { describe, expect, it } from 'vitest';
import { readCsv } from './read-csv.ts';

describe('readCsv', () => {
  it('reads quotes, commas and lines in cells, and skips empty lines', () => {
    const text = '"a ""b""",c\r\n\r\n"x\ny","1,2"\nlast,';
    expect(readCsv(text, 9).rows).toEqual([
      ['a "b"', 'c'],
      ['x\ny', '1,2'],
      ['last', ''],
    ]);
  });

  it('tells where the first row ends, whatever ends it', () => {
    for (const [text, end] of [
      ['a,b\nc', 3],
      ['a,b\r\nc', 3],
      ['"a\nb",c\nd', 7],
      ['a,b', 3],
    ] as const) {
      expect(readCsv(text, 2).headerChars).toBe(end);
    }
  });

  it('stops after so many rows', () => {
    expect(readCsv('a\nb\nc\n', 2).rows).toEqual([['a'], ['b']]);
  });
});
