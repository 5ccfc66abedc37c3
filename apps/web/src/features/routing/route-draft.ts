import { httpMethods, type Route } from '@apigate/contract';
import { formText } from '../../lib/form-text.ts';
import { wordsIn } from '../../lib/words-in.ts';

/** What a form about a route says; `upstream` is an id. */
export type RouteDraft = Omit<Route, 'id' | 'upstream' | 'createdAt' | 'updatedAt'> & {
  upstream: string;
};

/** What a new route is, unless one says otherwise. */
export const newRoute: Omit<RouteDraft, 'upstream'> = {
  name: '',
  path: '',
  methods: [],
  host: null,
  rewrite: null,
  requiredScopes: [],
  authRequired: true,
  priority: 0,
  enabled: true,
  cost: 1,
  rateLimitPerMinute: null,
};

/** Reads what stands in a form about a route. */
export function readRouteForm(form: FormData): RouteDraft {
  const text = (field: string) => formText(form, field).trim();
  const number = (field: string) => (text(field) === '' ? null : Number(text(field)));
  const marked = form.getAll('methods');
  return {
    name: text('name'),
    upstream: text('upstream'),
    path: text('path'),
    rewrite: text('rewrite') || null,
    methods: httpMethods.filter((method) => marked.includes(method)),
    host: text('host') || null,
    requiredScopes: wordsIn(text('scopes')),
    authRequired: form.has('authRequired'),
    enabled: form.has('enabled'),
    priority: number('priority') ?? 0,
    cost: number('cost') ?? 1,
    rateLimitPerMinute: number('rateLimit'),
  };
}

/** A route as its form begins. */
export function draftOf(route: Route): RouteDraft {
  return { ...route, upstream: route.upstream.id };
}

/** Only what differs is sent, so that two admins do not undo each other. */
export function routeChangesOf(
  draft: RouteDraft,
  start: Omit<RouteDraft, 'upstream'>,
): Partial<RouteDraft> {
  const before: Readonly<Record<string, unknown>> = { ...start };
  return Object.fromEntries(
    Object.entries(draft).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]),
    ),
  );
}
