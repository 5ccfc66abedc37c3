import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import type { UserImport } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { CodePopover } from '@apigate/ui/code-popover';
import { Dialog } from '@apigate/ui/dialog';
import { DialogBody } from '@apigate/ui/dialog-body';
import { FileField } from '@apigate/ui/file-field';
import { numberText } from '../../lib/number-text.ts';
import { importInCode } from './import-in-code.ts';
import { ImportColumns } from './import-columns.tsx';
import { ImportReport } from './import-report.tsx';
import { usersText } from './bulk-words.ts';
import { refreshUserData } from './refresh-user-data.ts';
import { sendUserFile, UserFileRefused, type FileProgress } from './send-user-file.ts';
import {
  guessFields,
  mappedFile,
  openUserFile,
  type FileField as Field,
  type UserFile,
} from './user-file.ts';
import styles from './import-dialog.module.css';

export interface ImportDialogProps {
  onClose: () => void;
}

const notSent: FileProgress = { step: 'send', share: 0 };
const stepWords = { send: 'Sending', check: 'Checking rows', store: 'Creating users' };

function doneText(progress: FileProgress): string {
  const rows = 'rows' in progress ? `${numberText(progress.rows)}, ` : '';
  return `${rows}${Math.floor(progress.share * 100)} %`;
}

/** Users from a file: chosen, its columns told, all rows checked, then imported. */
export function ImportDialog({ onClose }: ImportDialogProps) {
  const [file, setFile] = useState<UserFile>();
  const [fields, setFields] = useState<readonly (Field | undefined)[]>([]);
  const [isEmpty, setIsEmpty] = useState(false);
  const [progress, setProgress] = useState<FileProgress>(notSent);
  const [leaving] = useState(() => new AbortController());
  const send = useMutation({
    mutationFn: ({ of, dryRun }: { of: UserFile; dryRun: boolean }): Promise<UserImport> => {
      setProgress(notSent);
      return sendUserFile(mappedFile(of, fields), {
        dryRun,
        signal: leaving.signal,
        onProgress: setProgress,
      });
    },
    onSuccess: async ({ dryRun }) => {
      if (!dryRun) await refreshUserData();
    },
  });
  const report = send.data;
  const isOver = report?.dryRun === false;

  /** What is under way is broken off, and nothing is imported. */
  function close(): void {
    leaving.abort();
    onClose();
  }

  async function open(chosen: File): Promise<void> {
    const opened = await openUserFile(chosen);
    send.reset();
    setIsEmpty(opened === undefined);
    setFile(opened);
    setFields(guessFields(opened?.headers ?? []));
  }

  function changeField(column: number, field: Field | undefined): void {
    send.reset();
    // A field is in one column.
    setFields(fields.map((one, at) => (at === column ? field : one === field ? undefined : one)));
  }

  return (
    <Dialog title="Import users" size="wide" onClose={close}>
      <DialogBody
        onSubmit={(event) => {
          event.preventDefault();
          if (file && !send.isPending) send.mutate({ of: file, dryRun: report === undefined });
        }}
        actions={
          isOver ? (
            <Button kind="primary" onClick={onClose}>
              Close
            </Button>
          ) : (
            <>
              <Button onClick={close}>Cancel</Button>
              {file && fields.includes('email') && report?.imported !== 0 && (
                <Button type="submit" kind="primary" busy={send.isPending}>
                  {report ? `Import ${usersText(report.imported)}` : 'Check all rows'}
                </Button>
              )}
            </>
          )
        }
      >
        {!isOver && (
          <FileField
            label="CSV file in UTF-8"
            accept=".csv,text/csv"
            file={file?.file}
            hint="Its first line names the columns; one of them is the e-mail address."
            error={isEmpty ? 'The file is empty.' : undefined}
            onChoose={(chosen) => void open(chosen)}
          />
        )}
        {file && !isOver && <ImportColumns file={file} fields={fields} onChange={changeField} />}
        {send.isPending && (
          <div className={styles.sending}>
            <progress value={progress.share} aria-label={stepWords[progress.step]} />
            <p>
              <span role="status">{stepWords[progress.step]}</span>: {doneText(progress)}
            </p>
          </div>
        )}
        {send.error && (
          <p className={styles.refused} role="alert">
            {send.error instanceof UserFileRefused
              ? send.error.message
              : 'The file could not be sent. Try again.'}
          </p>
        )}
        {report && !send.isPending && <ImportReport report={report} />}
        {!isOver && (
          <div>
            <CodePopover
              about="A check of a file, whose columns have our names, and its import."
              samples={importInCode(file?.file.name ?? 'users.csv')}
            />
          </div>
        )}
      </DialogBody>
    </Dialog>
  );
}
