import { createRootRoute } from '@tanstack/react-router';
import { NotFoundScreen } from './not-found.tsx';
import { RootScreen } from './root.tsx';

/**
 * The pages of each part of the app stand in its `routes.ts`.
 *
 * Loaders start what a page will read and wait for it briefly: what is not there by then holds its place until it is,
 * and a part that fails says so in its own place. What starts in one turn travels in one request.
 */
export const rootRoute = createRootRoute({
  component: RootScreen,
  notFoundComponent: NotFoundScreen,
});
