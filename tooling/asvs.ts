import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The items of OWASP ASVS 5.0 that concern accounts, sessions, tokens, access control and validation here, each with
 * what it asks of us. An item that no test can be named after says why.
 */
export const asvsItems: Readonly<Record<string, { asks: string; uncovered?: string }>> = {
  '1.1.1': { asks: 'input is decoded once' },
  '1.2.4': { asks: 'no SQL is put together from input' },
  '1.2.9': { asks: 'regular expressions are not made of input' },
  '1.3.11': { asks: 'nothing of users becomes a header of a mail' },
  '1.3.12': { asks: 'no regular expression backtracks without end' },
  '1.5.3': { asks: 'all who read an input read it the same way' },
  '2.2.1': { asks: 'inputs are validated' },
  '2.2.2': { asks: 'the server validates' },
  '2.3.3': { asks: 'a change happens as a whole or not at all' },
  '2.3.4': { asks: 'what is limited cannot be had twice at the same time' },
  '2.4.1': { asks: 'automated guessing is held back' },
  '3.3.1': { asks: 'cookies are Secure and prefixed' },
  '3.3.2': { asks: 'cookies have SameSite' },
  '3.3.3': { asks: 'cookies have the __Host- prefix' },
  '3.3.4': { asks: 'session cookies are HttpOnly' },
  '3.3.5': { asks: 'cookies stay below 4096 bytes' },
  '3.4.1': { asks: 'HSTS for a year' },
  '3.4.2': { asks: 'CORS is closed' },
  '3.4.3': { asks: 'a strict CSP' },
  '3.4.4': { asks: 'nosniff' },
  '3.4.5': { asks: 'a Referrer-Policy' },
  '3.4.6': { asks: 'no framing' },
  '3.4.7': {
    asks: 'CSP violations are reported',
    uncovered:
      'A report would tell a third party of the addresses of an installation of somebody else.',
  },
  '3.4.8': { asks: 'COOP' },
  '3.5.1': { asks: 'cross-site requests change nothing' },
  '3.5.2': { asks: 'nothing rests on the CORS preflight alone' },
  '3.5.3': { asks: 'what changes something takes a method that does' },
  '3.5.4': {
    asks: 'separate applications have separate host names',
    uncovered: 'Console and portal are one application with one session, served from one host.',
  },
  '3.7.2': {
    asks: 'no open redirect',
    uncovered:
      'The server redirects to one fixed address; where the web app goes after a sign-in is its own test.',
  },
  '4.1.1': { asks: 'answers tell their content type, bodies must' },
  '4.1.3': { asks: 'headers of intermediaries cannot be set by clients' },
  '4.1.4': { asks: 'only the methods that are meant' },
  '6.1.1': { asks: 'holding guesses back locks no owner out' },
  '6.2.1': { asks: 'passwords of at least 8 characters' },
  '6.2.2': { asks: 'users can change their password' },
  '6.2.3': { asks: 'changing it takes the present one' },
  '6.2.4': { asks: 'common passwords are refused' },
  '6.2.5': { asks: 'no rules of composition' },
  '6.2.6': {
    asks: 'password fields hide what is typed',
    uncovered: 'This is the web app’s, whose journeys type into such a field.',
  },
  '6.2.7': {
    asks: 'pasting and password managers work',
    uncovered: 'This is the web app’s, which takes no event away from its fields.',
  },
  '6.2.8': { asks: 'passwords are verified as they are' },
  '6.2.9': { asks: 'passwords of 64 characters and more are taken' },
  '6.2.10': { asks: 'passwords do not expire' },
  '6.2.11': { asks: 'words about the user are no password' },
  '6.2.12': {
    asks: 'breached passwords are refused',
    uncovered:
      'zxcvbn’s list of common passwords is built in; a list of breaches would have to be asked elsewhere.',
  },
  '6.3.1': { asks: 'guessing and stuffing are held back' },
  '6.3.2': { asks: 'no default accounts' },
  '6.3.3': { asks: 'a second factor' },
  '6.3.4': { asks: 'every way in is equally strong' },
  '6.3.7': { asks: 'users hear of changes to their authentication' },
  '6.3.8': { asks: 'answers do not tell which accounts exist' },
  '6.4.1': { asks: 'reset links are random, short-lived and single-use' },
  '6.4.3': { asks: 'a reset does not bypass the second factor' },
  '6.5.1': { asks: 'codes are good once' },
  '6.5.2': { asks: 'stored codes and secrets cannot be used' },
  '6.5.5': { asks: 'codes are short-lived' },
  '6.6.2': { asks: 'links are bound to their request' },
  '6.6.3': { asks: 'codes cannot be guessed' },
  '7.2.3': { asks: 'tokens of at least 128 random bits' },
  '7.2.4': { asks: 'tokens are renewed' },
  '7.3.1': { asks: 'unused sessions end' },
  '7.3.2': { asks: 'sessions end after some time, used or not' },
  '7.4.1': { asks: 'signing out ends the session' },
  '7.4.2': { asks: 'suspension and deletion end sessions' },
  '7.4.3': { asks: 'a changed factor ends other sessions' },
  '7.4.5': { asks: 'admins end sessions of others' },
  '7.5.1': { asks: 'changes of factors and address take the password again' },
  '7.5.2': { asks: 'users see and end their sessions' },
  '8.2.1': { asks: 'functions are for those who may' },
  '8.2.2': { asks: 'objects are for those who may' },
  '8.2.3': { asks: 'fields are for those who may' },
  '8.3.1': { asks: 'the server decides' },
  '8.3.2': { asks: 'changes of rights count at once' },
  '8.4.1': { asks: 'customers do not meet' },
  '9.1.1': { asks: 'tokens are signed' },
  '9.1.2': { asks: 'algorithms are on a list' },
  '9.1.3': { asks: 'keys do not come with the token' },
  '9.2.1': { asks: 'tokens have their time' },
  '9.2.2': { asks: 'tokens have their type' },
  '9.2.3': { asks: 'tokens have their audience' },
  '9.2.4': { asks: 'tokens of one issuer for several audiences name theirs' },
  '11.2.4': {
    asks: 'comparisons take constant time',
    uncovered:
      'Secrets are found by their digest or compared by timingSafeEqual; no test can see the difference.',
  },
  '11.4.2': { asks: 'passwords are stored by a slow hash' },
  '11.5.1': { asks: 'random values come from a CSPRNG' },
  '13.4.4': { asks: 'no TRACE' },
  '14.2.1': { asks: 'no secret in an address' },
  '14.3.2': { asks: 'no-store' },
  '15.2.2': { asks: 'expensive work is bounded' },
  '15.3.1': { asks: 'answers hold the fields that are needed' },
  '15.3.3': { asks: 'no mass assignment' },
  '15.3.4': { asks: 'the address of a client is the true one' },
  '15.3.6': { asks: 'no prototype pollution' },
  '15.3.7': { asks: 'no parameter pollution' },
  '16.2.1': { asks: 'events tell when, where, who and what' },
  '16.2.5': { asks: 'logs hold no secrets' },
  '16.3.1': { asks: 'authentication is logged' },
  '16.3.2': { asks: 'refusals are logged' },
  '16.3.3': { asks: 'security events are logged' },
  '16.3.4': { asks: 'unexpected errors are logged' },
  '16.4.1': { asks: 'no log injection' },
  '16.4.2': { asks: 'logs cannot be altered unseen' },
  '16.5.1': { asks: 'errors tell nothing of the inside' },
  '16.5.2': { asks: 'we go on when what we depend on fails' },
  '16.5.3': { asks: 'nothing fails open' },
  '16.5.4': { asks: 'a last-resort handler' },
};

/** The ids that the names of tests mention, each with the files that do. */
export function asvsIdsInTests(root: string): Map<string, string[]> {
  const files = globSync(
    ['{apps,packages}/*/src/**/*.test.{ts,tsx}', 'e2e/tests/**/*.spec.ts', 'tooling/**/*.test.ts'],
    { cwd: root },
  );
  const found = new Map<string, string[]>();
  for (const file of files.toSorted()) {
    const source = readFileSync(path.join(root, file), 'utf8');
    for (const [, id = ''] of source.matchAll(/asvs-v5\.0\.0-(\d+\.\d+\.\d+)/g)) {
      const known = found.get(id) ?? [];
      if (!known.includes(file)) found.set(id, [...known, file]);
    }
  }
  return found;
}
