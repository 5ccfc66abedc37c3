import { describe, expect, it } from 'vitest';
import { fits, readVerb } from './palette-action.ts';

describe('fits', () => {
  const action = { label: 'Add user…', words: 'create new customer' };
  it.each(['add', 'new us', 'USER create', 'cust'])('finds an action by %s', (text) => {
    expect(fits(action, text)).toBe(true);
  });
  it.each(['dd user', 'add plan'])('does not by %s', (text) => {
    expect(fits(action, text)).toBe(false);
  });
});

describe('readVerb', () => {
  const verbs = [{ phrase: 'set' }, { phrase: 'set password' }];
  it('tells what is to be done from what it is to be done to', () => {
    expect(readVerb(verbs, ' Set Acme Inc ')).toEqual({ verb: verbs[0], rest: 'Acme Inc' });
    expect(readVerb(verbs, 'set password acme')).toEqual({ verb: verbs[1], rest: 'acme' });
    expect(readVerb(verbs, 'set ')).toEqual({ verb: verbs[0], rest: '' });
  });
  it('takes the beginning of a name for no verb', () => {
    expect(readVerb(verbs, 'settler')).toBeUndefined();
    expect(readVerb(verbs, 'set')).toBeUndefined();
  });
});
