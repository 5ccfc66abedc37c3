import { describe, expect, it } from 'vitest';
import { commandText } from './shell-text.ts';

describe('commandText', () => {
  it('leaves out flags without a value', () => {
    expect(commandText('apigate users list', { status: 'active', plan: undefined })).toBe(
      'apigate users list --status active',
    );
  });

  it('quotes what a shell would read otherwise', () => {
    expect(commandText('apigate users list', { q: "O'Brien; rm -rf $HOME" })).toBe(
      String.raw`apigate users list --q 'O'\''Brien; rm -rf $HOME'`,
    );
  });
});
