import { useState } from 'react';
import { logoBytesMax, type SettingView } from '@apigate/contract';
import { FileField } from '@apigate/ui/file-field';

const kibMax = logoBytesMax / 1024;

export interface LogoInputProps {
  setting: SettingView;
  error: string | undefined;
  busy: boolean;
  onSave: (value: string) => void;
}

/** Takes an image and keeps it at once; what it looks like stands above, in both themes. */
export function LogoInput({ setting, error, busy, onSave }: LogoInputProps) {
  const [file, setFile] = useState<File>();
  const [refused, setRefused] = useState<string>();

  async function choose(chosen: File): Promise<void> {
    if (busy) return;
    setFile(chosen);
    const wrong = wrongWith(chosen);
    setRefused(wrong);
    if (wrong === undefined) onSave(await dataUrlOf(chosen));
  }

  return (
    <FileField
      label={setting.name}
      labelHidden
      accept=".svg,.png,image/svg+xml,image/png"
      file={file}
      hint={`SVG or PNG, up to ${kibMax} KiB. One more than twice as wide as high stands alone, any other before the name.`}
      error={refused ?? error}
      onChoose={(chosen) => void choose(chosen)}
    />
  );
}

function wrongWith({ name, type, size }: File): string | undefined {
  if (type !== 'image/svg+xml' && type !== 'image/png') {
    return `${name} is neither an SVG nor a PNG image. Choose one that is.`;
  }
  if (size <= logoBytesMax) return undefined;
  return `${name} has ${Math.ceil(size / 1024)} KiB; at most ${kibMax} are taken. Save it smaller.`;
}

async function dataUrlOf(file: File): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reader = new FileReader();
  reader.addEventListener('load', () => {
    if (typeof reader.result === 'string') resolve(reader.result);
  });
  reader.addEventListener('error', () => reject(reader.error ?? new Error('unreadable file')));
  reader.readAsDataURL(file);
  return promise;
}
