import { Dialog } from './dialog.tsx';
import { singleKeysAreOn, switchSingleKeys, useSingleKeys } from './single-keys.ts';
import { Switch } from './switch.tsx';
import styles from './shortcuts-dialog.module.css';

export interface ShortcutsDialogProps {
  onClose: () => void;
}

/** The keys that do something by themselves, and the switch that stops them. */
export function ShortcutsDialog({ onClose }: ShortcutsDialogProps) {
  const isOn = useSingleKeys();
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <div className={styles.content}>
        <div className={styles.switch}>
          <p>
            <strong>Shortcuts of a single key</strong>
            <span>Kept in this browser. Everything works without them.</span>
          </p>
          <Switch
            label="Shortcuts of a single key"
            checked={isOn}
            data-first-focus
            onChange={() => switchSingleKeys(!singleKeysAreOn())}
          />
        </div>
        <dl className={styles.keys} data-off={!isOn || undefined}>
          {shortcuts.map(({ keys, deed }) => (
            <div key={deed}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{deed}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}

const shortcuts: readonly { keys: readonly string[]; deed: string }[] = [
  { keys: ['/'], deed: 'Search the list' },
  { keys: ['j', 'k'], deed: 'Next row, row before' },
  { keys: ['Enter'], deed: 'Open the row' },
  { keys: ['x'], deed: 'Select the row' },
  { keys: ['?'], deed: 'Show these shortcuts' },
];
