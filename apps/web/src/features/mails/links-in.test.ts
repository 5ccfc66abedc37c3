import { expect, it } from 'vitest';
import { linksIn } from './links-in.ts';

it('finds the links in the text of a mail, each once', () => {
  const text =
    'Set a new one: http://localhost:8080/reset?token=a-b_c\n\nSign in:\nhttps://x.example/login\n';
  expect(linksIn(`${text}${text}`)).toEqual([
    'http://localhost:8080/reset?token=a-b_c',
    'https://x.example/login',
  ]);
  expect(linksIn('No link.')).toEqual([]);
});
