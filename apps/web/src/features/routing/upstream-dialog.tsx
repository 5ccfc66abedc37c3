import { useMutation } from '@tanstack/react-query';
import { IconUsersGroup } from '@tabler/icons-react';
import type { Upstream } from '@apigate/contract';
import { CheckField } from '@apigate/ui/check-field';
import { Notice } from '@apigate/ui/notice';
import { PasswordField } from '@apigate/ui/password-field';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { changesOrName, deedInCode, unshown } from '../../lib/deed-in-code.ts';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { shellQuoted } from '../../lib/shell-text.ts';
import { client } from '../../lib/trpc.ts';
import { useSeen } from '../../lib/use-seen.ts';
import { refreshRouting } from './refresh-routing.ts';
import { readUpstreamForm, upstreamChangesOf, type UpstreamDraft } from './upstream-draft.ts';
import styles from './routing-dialog.module.css';

export interface UpstreamDialogProps {
  /** Left out, a new one is made. */
  upstream?: Upstream;
  onClose: () => void;
}

const timeouts = [
  { field: 'connectTimeoutMs', label: 'Connect within', standard: 5_000 },
  { field: 'responseTimeoutMs', label: 'Answer begins within', standard: 30_000 },
  { field: 'idleTimeoutMs', label: 'Silence at most', standard: 60_000 },
] as const;

/** An API behind the proxy to fill in. The value of its auth header goes in and never comes out. */
export function UpstreamDialog({ upstream, onClose }: UpstreamDialogProps) {
  const { seen, meanwhile, save: saveOver } = useSeen(upstream);
  const save = useMutation({
    mutationFn: async ({ isHeaderRemoved, ...draft }: UpstreamDraft) => {
      if (seen === undefined) return client.upstreams.create.mutate(draft);
      const changes = upstreamChangesOf(draft, seen, isHeaderRemoved);
      if (Object.keys(changes).length === 0) return seen;
      return saveOver(
        seen,
        (unchangedSince) =>
          client.upstreams.update.mutate({ upstream: seen.id, ...changes, unchangedSince }),
        () => client.upstreams.get.query({ upstream: seen.id }),
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
  const headerName = upstream?.authHeaderName ?? null;
  const codeOf = (form: FormData) => {
    const { isHeaderRemoved, authHeader, ...rest } = readUpstreamForm(form, headerName);
    const draft = {
      ...rest,
      ...(authHeader && { authHeader: { name: authHeader.name, value: unshown } }),
    };
    return seen
      ? deedInCode({
          command: `apigate upstreams update ${shellQuoted(seen.name)}`,
          method: 'PUT',
          path: `/admin/upstreams/${seen.id}`,
          call: 'upstreams.update',
          ref: seen.name,
          input: changesOrName(upstreamChangesOf(draft, seen, isHeaderRemoved), seen),
        })
      : deedInCode({
          command: 'apigate upstreams create',
          path: '/admin/upstreams',
          call: 'upstreams.create',
          input: draft,
        });
  };
  return (
    <FormDialog
      title={upstream ? `Edit the upstream ${upstream.name}` : 'New upstream'}
      verb="Save upstream"
      mutation={save}
      code={codeOf}
      onSubmit={(form) => save.mutate(readUpstreamForm(form, headerName))}
      onClose={onClose}
    >
      {meanwhile !== undefined && (
        <Notice tone="warn" icon={<IconUsersGroup aria-hidden />}>
          Somebody else changed this upstream while you did ({meanwhile}): save again to put what
          stands here over it, or close this to keep theirs.
        </Notice>
      )}
      <TextField
        label="Name"
        name="name"
        required
        maxLength={100}
        autoComplete="off"
        data-first-focus
        defaultValue={upstream?.name}
        error={errors['name']}
      />
      <TextField
        label="URL"
        name="url"
        type="url"
        required
        maxLength={2048}
        autoComplete="off"
        spellCheck={false}
        placeholder="https://orders.internal.example"
        defaultValue={upstream?.url}
        hint="Its path comes before every path that is sent there."
        error={errors['url']}
      />
      <div className={styles.pair}>
        {timeouts.map(({ field, label, standard }) => (
          <TextField
            key={field}
            label={label}
            note="ms"
            name={field}
            type="number"
            min={100}
            max={3_600_000}
            step={1}
            required
            defaultValue={upstream?.[field] ?? standard}
            error={errors[field]}
          />
        ))}
        <TextField
          label="Connections"
          note="a proxy"
          name="connectionsMax"
          type="number"
          min={1}
          max={4096}
          step={1}
          required
          defaultValue={upstream?.connectionsMax ?? 256}
          error={errors['connectionsMax']}
        />
        <TextField
          label="Auth header"
          note="optional"
          name="authHeaderName"
          maxLength={64}
          autoComplete="off"
          spellCheck={false}
          placeholder="Authorization"
          defaultValue={headerName ?? ''}
          error={errors['authHeader.name']}
        />
        <PasswordField
          label="Its value"
          note={headerName === null ? 'optional' : 'kept unless given'}
          name="authHeaderValue"
          maxLength={4096}
          autoComplete="off"
          hint="Kept encrypted, and never shown again."
          error={errors['authHeader.value']}
        />
      </div>
      {headerName !== null && (
        <CheckField label={`Send no ${headerName} any more`} name="removeAuthHeader" />
      )}
    </FormDialog>
  );
}
