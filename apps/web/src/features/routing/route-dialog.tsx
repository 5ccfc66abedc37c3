import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { IconUsersGroup } from '@tabler/icons-react';
import { httpMethods, type Route, type Upstream } from '@apigate/contract';
import { CheckField } from '@apigate/ui/check-field';
import { CheckGroup } from '@apigate/ui/check-group';
import { Notice } from '@apigate/ui/notice';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { changesOrName, deedInCode } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { shellQuoted } from '../../lib/shell-text.ts';
import { client } from '../../lib/trpc.ts';
import { useSeen } from '../../lib/use-seen.ts';
import { exampleOfRoute } from './example-of-route.ts';
import { refreshRouting } from './refresh-routing.ts';
import {
  draftOf,
  newRoute,
  readRouteForm,
  routeChangesOf,
  type RouteDraft,
} from './route-draft.ts';
import styles from './routing-dialog.module.css';

export interface RouteDialogProps {
  /** Left out, a new one is made. */
  route?: Route;
  upstreams: readonly Upstream[];
  onClose: () => void;
}

/** A route to fill in, with an example of what its upstream is asked for. */
export function RouteDialog({ route, upstreams, onClose }: RouteDialogProps) {
  const start: RouteDraft = route
    ? draftOf(route)
    : { ...newRoute, upstream: upstreams[0]?.id ?? '' };
  const { seen, meanwhile, save: saveOver } = useSeen(route);
  const [draft, setDraft] = useState(start);
  const save = useMutation({
    mutationFn: async (given: RouteDraft) => {
      if (seen === undefined) return client.routes.create.mutate(given);
      const changes = routeChangesOf(given, draftOf(seen));
      if (Object.keys(changes).length === 0) return seen;
      return saveOver(
        seen,
        (unchangedSince) =>
          client.routes.update.mutate({ route: seen.id, ...changes, unchangedSince }),
        () => client.routes.get.query({ route: seen.id }),
      );
    },
    onSuccess: async (saved) => {
      if (saved === null) return;
      onClose();
      showToast({ text: `${saved.name} is saved; every proxy follows within a second.` });
      await refreshRouting();
    },
  });
  const errors = fieldErrors(save.error);
  const upstream = upstreams.find(({ id }) => id === draft.upstream);
  const example = upstream && exampleOfRoute(draft, upstream.url);
  const codeOf = (form: FormData) => {
    const given = readRouteForm(form);
    const changes = routeChangesOf(given, seen ? draftOf(seen) : newRoute);
    // By its name it is easier to read.
    const input = {
      ...changes,
      ...(changes.upstream !== undefined && {
        upstream: upstreams.find(({ id }) => id === changes.upstream)?.name,
      }),
    };
    return seen
      ? deedInCode({
          command: `apigate routes update ${shellQuoted(seen.name)}`,
          method: 'PUT',
          path: `/admin/routes/${seen.id}`,
          call: 'routes.update',
          ref: seen.name,
          input: changesOrName(input, seen),
        })
      : deedInCode({
          command: 'apigate routes create',
          path: '/admin/routes',
          call: 'routes.create',
          input: { name: given.name, path: given.path, ...input },
        });
  };
  return (
    <FormDialog
      title={route ? `Edit the route ${route.name}` : 'New route'}
      verb="Save route"
      mutation={save}
      code={codeOf}
      onSubmit={(form) => save.mutate(readRouteForm(form))}
      onClose={onClose}
      size="wide"
    >
      {meanwhile !== undefined && (
        <Notice tone="warn" icon={<IconUsersGroup aria-hidden />}>
          Somebody else changed this route while you did ({meanwhile}): save again to put what
          stands here over it, or close this to keep theirs.
        </Notice>
      )}
      <div
        className={styles.fields}
        onChange={(event) => {
          const form = event.currentTarget.closest('form');
          if (form) setDraft(readRouteForm(new FormData(form)));
        }}
      >
        <div className={styles.pair}>
          <TextField
            label="Name"
            name="name"
            required
            maxLength={100}
            autoComplete="off"
            data-first-focus
            defaultValue={start.name}
            error={errors['name']}
          />
          <SelectField
            label="Upstream"
            name="upstream"
            defaultValue={start.upstream}
            options={upstreams.map(({ id, name }) => ({ value: id, label: name }))}
            error={errors['upstream']}
          />
          <TextField
            label="Path"
            name="path"
            required
            maxLength={512}
            autoComplete="off"
            spellCheck={false}
            placeholder="/v1/*"
            defaultValue={start.path}
            hint="/status for one path, /v1/* for all under one."
            error={errors['path']}
          />
          <TextField
            label="Rewrite"
            note="optional"
            name="rewrite"
            maxLength={512}
            autoComplete="off"
            spellCheck={false}
            defaultValue={start.rewrite ?? ''}
            hint="Takes the place of the matched part of the path."
            error={errors['rewrite']}
          />
        </div>
        <p className={styles.example} role="status">
          {example ? (
            <>
              <code>{example.asked}</code> is sent to <code>{example.sent}</code>
            </>
          ) : (
            'Here stands an example of what the upstream is asked for.'
          )}
        </p>
        <CheckGroup
          label="Methods"
          name="methods"
          values={httpMethods}
          ticked={start.methods}
          hint="None ticked means all."
        />
        <div className={styles.pair}>
          <TextField
            label="Host"
            note="optional"
            name="host"
            maxLength={253}
            autoComplete="off"
            spellCheck={false}
            placeholder="any"
            defaultValue={start.host ?? ''}
            error={errors['host']}
          />
          <TextField
            label="Scopes"
            note="optional"
            name="scopes"
            autoComplete="off"
            spellCheck={false}
            placeholder="reports:read, reports:write"
            defaultValue={start.requiredScopes.join(', ')}
            hint="A key needs all of them."
            error={errors['requiredScopes']}
          />
          <TextField
            label="Priority"
            name="priority"
            type="number"
            min={-1000}
            max={1000}
            step={1}
            defaultValue={start.priority}
            hint="Higher wins; then a named host, the longer path."
            error={errors['priority']}
          />
          <TextField
            label="Units a request"
            name="cost"
            type="number"
            min={0}
            max={1_000_000}
            step={1}
            defaultValue={start.cost}
            hint="Taken from the month’s quota."
            error={errors['cost']}
          />
          <TextField
            label="Requests a minute"
            note="optional"
            name="rateLimit"
            type="number"
            min={1}
            step={1}
            placeholder="as the plan"
            defaultValue={start.rateLimitPerMinute ?? ''}
            hint="A limit of its own, for each caller."
            error={errors['rateLimitPerMinute']}
          />
        </div>
        <CheckField
          label="Needs a key"
          name="authRequired"
          defaultChecked={start.authRequired}
          hint="Off, requests pass without one, and nobody is counted."
        />
        <CheckField
          label="In force"
          name="enabled"
          defaultChecked={start.enabled}
          hint="Off, the proxy acts as if it were not there."
        />
      </div>
    </FormDialog>
  );
}
