import { describe, expect, it } from 'vitest';
import { guessFields, mappedFile, openUserFile } from './user-file.ts';

const open = async (text: string) => {
  const opened = await openUserFile(new File([text], 'users.csv'));
  if (!opened) throw new Error('no header');
  return opened;
};

describe('a file of users', () => {
  it('keeps every byte but those of its first line', async () => {
    for (const end of ['\n', '\r\n']) {
      const rest = `${end}zoë@a.test,"Z, ""o""",1${end}`;
      const file = await open(`\ufeff"Größe,\n(x)",E-Mail,№${rest}`);
      expect(file.headers).toEqual(['Größe,\n(x)', 'E-Mail', '№']);
      expect(await mappedFile(file, [undefined, 'email', 'name']).text()).toBe(
        `,email,name${rest}`,
      );
    }
  });

  it('shows five rows', async () => {
    const file = await open(`a\n${'1\n'.repeat(9)}`);
    expect(file.rows).toHaveLength(5);
  });

  it('is none without a first line', async () => {
    expect(await openUserFile(new File(['\n\n'], 'empty.csv'))).toBeUndefined();
  });
});

describe('guessFields', () => {
  it('knows columns by names that people use, each field once', () => {
    expect(
      guessFields(['E-Mail', 'mail', 'Plan', 'First name', 'external_id', 'Shoe size']),
    ).toEqual(['email', undefined, 'plan_name', 'first_name', 'external_id', undefined]);
  });
});
