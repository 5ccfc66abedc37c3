import { useState, type ReactNode } from 'react';
import { IconFileText, IconUpload } from '@tabler/icons-react';
import { Field } from './field.tsx';
import styles from './file-field.module.css';

export interface FileFieldProps {
  label: string;
  labelHidden?: boolean;
  /** Which files the browser offers: `.csv,text/csv`. */
  accept: string;
  file: File | undefined;
  hint?: ReactNode;
  error?: string | undefined;
  onChoose: (file: File) => void;
}

const kilobyte = 1024;

/** Takes one file, chosen or dropped. */
export function FileField({
  label,
  labelHidden,
  accept,
  file,
  hint,
  error,
  onChoose,
}: FileFieldProps) {
  const [isOver, setIsOver] = useState(false);
  const Icon = file ? IconFileText : IconUpload;
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error}>
      {(control) => (
        <div
          className={styles.place}
          data-over={isOver || undefined}
          onDragOver={(event) => {
            event.preventDefault();
            setIsOver(true);
          }}
          onDragLeave={() => setIsOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setIsOver(false);
            const [dropped] = event.dataTransfer.files;
            if (dropped) onChoose(dropped);
          }}
        >
          <Icon aria-hidden size="1.125rem" />
          <span>
            {file ? (
              <>
                <b>{file.name}</b> {sizeText(file.size)}
              </>
            ) : (
              'Choose a file, or drop it here'
            )}
          </span>
          <input
            {...control}
            type="file"
            accept={accept}
            data-first-focus
            onChange={(event) => {
              const [chosen] = event.currentTarget.files ?? [];
              if (chosen) onChoose(chosen);
            }}
          />
        </div>
      )}
    </Field>
  );
}

function sizeText(bytes: number): string {
  const kilobytes = Math.ceil(bytes / kilobyte);
  return kilobytes < kilobyte ? `${kilobytes} KB` : `${(kilobytes / kilobyte).toFixed(1)} MB`;
}
