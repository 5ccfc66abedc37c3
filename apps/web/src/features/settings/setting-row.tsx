import { useId, useState } from 'react';
import type { SettingView } from '@apigate/contract';
import { Button } from '@apigate/ui/button';
import { Status } from '@apigate/ui/status';
import { Switch } from '@apigate/ui/switch';
import { fieldErrors } from '../../lib/error-text.ts';
import { ProblemReport } from '../../lib/problem-report.tsx';
import { LogoInput } from './logo-input.tsx';
import { RemoveSecretDialog } from './remove-secret-dialog.tsx';
import { RequireSecondFactorDialog } from './require-second-factor-dialog.tsx';
import { settingControl } from './setting-control.ts';
import { SettingInput } from './setting-input.tsx';
import { settingText, visibilityText } from './setting-words.ts';
import { useChangeSetting } from './use-change-setting.ts';
import styles from './setting-row.module.css';

/** One setting: what it does, what is in force, and the control that changes it. */
export function SettingRow({ setting }: { setting: SettingView }) {
  const id = useId();
  const { name, description, visibility, isSet } = setting;
  const { set, unset } = useChangeSetting(setting);
  const [asks, setAsks] = useState<'second-factor' | 'removal'>();
  const control = settingControl(setting);
  const error = set.error ?? unset.error;
  const fault = fieldErrors(error)['value'];

  function change(value: string | boolean, onSaved = (): void => {}): void {
    unset.reset();
    set.mutate({ name, value }, { onSuccess: onSaved });
  }

  function turn(isOn: boolean): void {
    if (isOn && name === 'auth.require_2fa_for_admins') setAsks('second-factor');
    else change(isOn);
  }

  return (
    <div
      id={name}
      ref={scrollToNamed}
      role="group"
      aria-labelledby={id}
      aria-describedby={`${id}-about`}
      className={styles.row}
    >
      <div className={styles.words}>
        <h3 id={id}>
          <code>{name}</code>
        </h3>
        <p id={`${id}-about`}>
          {description} <span>{visibilityText[visibility]}</span>
        </p>
      </div>
      <div className={styles.control}>
        {control.kind === 'switch' ? (
          <Switch
            label={name}
            // While it is on its way it stands where it will be.
            checked={set.isPending ? set.variables.value === true : setting.value === true}
            aria-busy={set.isPending}
            onChange={(event) => !set.isPending && turn(event.currentTarget.checked)}
          />
        ) : control.kind === 'image' ? (
          <LogoInput setting={setting} error={fault} busy={set.isPending} onSave={change} />
        ) : (
          <SettingInput
            setting={setting}
            control={control}
            error={fault}
            busy={set.isPending}
            onSave={change}
          />
        )}
        <div className={styles.default}>
          {visibility === 'secret' ? (
            <Status tone={isSet ? 'good' : 'idle'} word={isSet ? 'Set' : 'Not set'} />
          ) : (
            <span>{isSet ? `Default: ${settingText(setting.default)}` : 'Default'}</span>
          )}
          {isSet && (
            <Button
              kind="quiet"
              busy={unset.isPending}
              aria-label={`${visibility === 'secret' ? 'Remove' : 'Reset'} ${name}`}
              onClick={() => {
                set.reset();
                if (visibility === 'secret') setAsks('removal');
                else unset.mutate({ name });
              }}
            >
              {visibility === 'secret' ? 'Remove…' : 'Reset'}
            </Button>
          )}
        </div>
        {error && !fault && <ProblemReport error={error} size="inline" />}
      </div>
      {asks === 'second-factor' && (
        <RequireSecondFactorDialog
          onClose={() => setAsks(undefined)}
          onAgreed={() => {
            setAsks(undefined);
            change(true);
          }}
        />
      )}
      {asks === 'removal' && (
        <RemoveSecretDialog
          name={name}
          removal={unset}
          onRemove={() => unset.mutate({ name }, { onSuccess: () => setAsks(undefined) })}
          onClose={() => setAsks(undefined)}
        />
      )}
    </div>
  );
}

/** Who came for one setting by its name sees it, although the page was not there yet when its address was read. */
function scrollToNamed(row: HTMLElement | null): void {
  if (row !== null && location.hash === `#${row.id}`) row.scrollIntoView({ block: 'center' });
}
