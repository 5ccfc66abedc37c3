import { cursor as cursorSchema } from '@apigate/contract';
import { expect, test } from 'vitest';
import { newId } from './ids.ts';
import { idAfter, pageOf, placeAfter } from './paging.ts';

const rows = Array.from({ length: 3 }, () => ({ id: newId(), name: 'Müller, "Söhne" \\ Co. 😀' }));

function cursorOfFirst(order?: string): string {
  const { nextCursor } = pageOf(rows, 1, order, ({ id, name }) => [name, id]);
  if (nextCursor === null) throw new Error('There are more rows than one.');
  return cursorSchema.parse(nextCursor);
}

test('a page ends with a cursor where there are more rows, and with none where there are not', () => {
  const [first, second] = rows;
  expect(pageOf(rows, 2)).toEqual({
    data: [first, second],
    hasMore: true,
    nextCursor: expect.any(String),
  });
  expect(pageOf(rows, 3)).toEqual({ data: rows, hasMore: false, nextCursor: null });
  expect(pageOf([], 3)).toEqual({ data: [], hasMore: false, nextCursor: null });
  expect(idAfter(pageOf(rows, 2).nextCursor ?? undefined)).toBe(second?.id);
});

test('a cursor says where its list goes on', () => {
  const [first] = rows;
  expect(placeAfter(cursorOfFirst('users.name'), 'users.name')).toEqual([first?.name, first?.id]);
  expect(placeAfter(undefined, 'users.name')).toBeUndefined();
  expect(idAfter(undefined)).toBeUndefined();
});

test('a cursor is good for a list in its own order alone', () => {
  for (const order of ['users.email', 'id']) {
    expect(() => placeAfter(cursorOfFirst('users.name'), order)).toThrow(
      'cursor: comes from a list in another order',
    );
  }
});

test('a cursor that was tampered with is refused, whichever character it is', () => {
  const cursor = cursorOfFirst('users.name');
  for (let at = 0; at < cursor.length; at += 1) {
    const other = cursor[at] === 'A' ? 'B' : 'A';
    const tampered = cursor.slice(0, at) + other + cursor.slice(at + 1);
    expect(() => placeAfter(tampered, 'users.name')).toThrow('cursor: is not one');
  }
  for (const tampered of [`${cursor}A`, cursor.slice(0, -1), cursor.slice(4), newId()]) {
    expect(() => placeAfter(tampered, 'users.name')).toThrow('cursor: is not one');
  }
});
