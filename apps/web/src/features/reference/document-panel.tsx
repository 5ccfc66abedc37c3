import { useRef, useState } from 'react';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconFileUpload, IconRefresh, IconTrash } from '@tabler/icons-react';
import { Button } from '@apigate/ui/button';
import { DescriptionList } from '@apigate/ui/description-list';
import { Panel } from '@apigate/ui/panel';
import { RelativeTime } from '@apigate/ui/relative-time';
import { TextField } from '@apigate/ui/text-field';
import { showToast } from '@apigate/ui/toasts';
import { fieldErrors, problemText } from '../../lib/error-text.ts';
import { formText } from '../../lib/form-text.ts';
import { numberText } from '../../lib/number-text.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';
import { RemoveDocumentDialog } from './remove-document-dialog.tsx';
import { DocumentProblem, uploadDocument } from './upload-document.ts';
import styles from './document-panel.module.css';

async function refresh(): Promise<void> {
  await queryClient.invalidateQueries(trpc.reference.pathFilter());
}

const onSuccess = async () => {
  showToast({ text: 'The portal shows this document now.' });
  await refresh();
};

/** The document that the portal's reference is made of, and ways to give another. */
export function DocumentPanel() {
  const { source } = useSuspenseQuery(trpc.reference.source.queryOptions()).data;
  const refetch = useMutation(trpc.reference.fetch.mutationOptions({ onSuccess }));
  const [isRemoving, setIsRemoving] = useState(false);
  return (
    <>
      {source && (
        <Panel
          title="In the portal"
          aside={
            <>
              {source.url !== null && (
                <Button
                  icon={<IconRefresh aria-hidden />}
                  busy={refetch.isPending}
                  onClick={() => refetch.mutate({})}
                >
                  Fetch again
                </Button>
              )}
              <Button icon={<IconTrash aria-hidden />} onClick={() => setIsRemoving(true)}>
                Remove…
              </Button>
            </>
          }
        >
          <DescriptionList
            items={[
              { term: 'Title', value: `${source.title} ${source.version}` },
              { term: 'Operations', value: numberText(source.operationCount) },
              { term: 'From', value: source.url ?? 'an upload' },
              { term: 'Given', value: <RelativeTime at={source.updatedAt} /> },
            ]}
          />
          {refetch.error && <p role="alert">{messageOf(refetch.error)}</p>}
          <p>
            <Link to="/portal/reference">See it in the portal</Link>
          </p>
        </Panel>
      )}
      <FetchPanel />
      <UploadPanel />
      {source && isRemoving && (
        <RemoveDocumentDialog source={source} onClose={() => setIsRemoving(false)} />
      )}
    </>
  );
}

/** The server tells what is wrong with a document better than a code could. */
function messageOf(error: unknown): string {
  const faults = fieldErrors(error);
  if (error instanceof DocumentProblem) return error.message;
  const { what, next } = problemText(error);
  return faults['document'] ?? faults['url'] ?? `${what} ${next}`;
}

function FetchPanel() {
  const fetchFrom = useMutation(trpc.reference.fetch.mutationOptions({ onSuccess }));
  return (
    <Panel title="Fetch it from a URL">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const url = formText(new FormData(form), 'url').trim();
          fetchFrom.mutate({ url }, { onSuccess: () => form.reset() });
        }}
      >
        <TextField
          label="URL"
          name="url"
          type="url"
          required
          placeholder="https://api.example.com/openapi.json"
          hint="OpenAPI 3.0 or 3.1, JSON or YAML, up to 2 MiB. The server fetches it, so it must reach it."
          error={fetchFrom.error === null ? undefined : messageOf(fetchFrom.error)}
        />
        <Button type="submit" busy={fetchFrom.isPending}>
          Fetch
        </Button>
      </form>
    </Panel>
  );
}

function UploadPanel() {
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({ mutationFn: uploadDocument, onSuccess });
  return (
    <Panel title="Upload a file">
      <input
        ref={input}
        type="file"
        hidden
        aria-label="OpenAPI document"
        accept=".json,.yaml,.yml,application/json,application/yaml"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) upload.mutate(file);
        }}
      />
      {upload.error && <p role="alert">{messageOf(upload.error)}</p>}
      <div>
        <Button
          icon={<IconFileUpload aria-hidden />}
          busy={upload.isPending}
          onClick={() => input.current?.click()}
        >
          Choose a file…
        </Button>
      </div>
    </Panel>
  );
}
