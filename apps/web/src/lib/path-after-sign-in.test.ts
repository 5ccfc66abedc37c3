import { beforeAll, describe, expect, it, vi } from 'vitest';
import { pathAfterSignIn } from './path-after-sign-in.ts';

const admin = { role: 'admin' } as const;
const customer = { role: 'customer' } as const;

beforeAll(() => {
  vi.stubGlobal('location', new URL('https://gate.example/portal/login'));
});

describe('pathAfterSignIn', () => {
  it('leads home when nothing was asked for', () => {
    expect(pathAfterSignIn(admin, undefined)).toBe('/console');
    expect(pathAfterSignIn(customer, undefined)).toBe('/portal');
  });

  it('leads back to where one was, query included', () => {
    expect(pathAfterSignIn(admin, '/console/users?q=acme')).toBe('/console/users?q=acme');
    expect(pathAfterSignIn(customer, '/portal/keys')).toBe('/portal/keys');
  });

  it('leads customers to the portal even when they asked for the console', () => {
    expect(pathAfterSignIn(customer, '/console/users')).toBe('/portal');
  });

  it.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    'javascript:alert(1)',
    'evil.example',
  ])('never leads to another site: %s', (next) => {
    expect(pathAfterSignIn(admin, next)).toBe('/console');
  });
});
