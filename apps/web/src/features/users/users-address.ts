import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';
import { readUsersSearch, type UsersSearch } from './users-search.ts';

/** The query of the address of a list, without the question mark. */
export function addressText(search: UsersSearch): string {
  // In the order of the reader, so that two addresses of the same list are the same.
  return defaultStringifySearch(readUsersSearch({ ...search })).slice(1);
}

export function readAddressText(text: string): UsersSearch {
  return readUsersSearch(defaultParseSearch(text));
}
