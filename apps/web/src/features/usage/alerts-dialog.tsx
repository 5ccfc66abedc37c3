import { useMutation } from '@tanstack/react-query';
import { alertPercentsMax, type Alerts } from '@apigate/contract';
import { SelectField } from '@apigate/ui/select-field';
import { TextField } from '@apigate/ui/text-field';
import { fieldErrors } from '../../lib/error-text.ts';
import { FormDialog } from '../../lib/form-dialog.tsx';
import { formText } from '../../lib/form-text.ts';
import { useMe } from '../../lib/me.ts';
import { queryClient, trpc } from '../../lib/trpc.ts';

export interface AlertsDialogProps {
  alerts: Alerts;
  onClose: () => void;
}

/** Chooses at which shares of the quota the caller is told. */
export function AlertsDialog({ alerts, onClose }: AlertsDialogProps) {
  const me = useMe();
  const update = useMutation(
    trpc.alerts.update.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.alerts.pathFilter());
        onClose();
      },
    }),
  );
  const errors = fieldErrors(update.error);
  return (
    <FormDialog
      title="Change alerts"
      verb="Save alerts"
      mutation={update}
      onClose={onClose}
      onSubmit={(form) =>
        update.mutate({
          quotaPercents: percentsIn(formText(form, 'quotaPercents')),
          forecastPercents: percentsIn(formText(form, 'forecastPercents')),
          email: formText(form, 'email') === 'yes',
        })
      }
    >
      <TextField
        label="When this much is used, in percent"
        name="quotaPercents"
        defaultValue={alerts.quotaPercents.join(', ')}
        {...percentsField}
        data-first-focus
        hint={`Up to ${alertPercentsMax}, with commas between them; over 100 on plans that go on past the quota. Empty for none.`}
        error={errorOf(errors, 'quotaPercents')}
      />
      <TextField
        label="When this much will be used by the end of the month, in percent"
        name="forecastPercents"
        defaultValue={alerts.forecastPercents.join(', ')}
        {...percentsField}
        placeholder="100"
        hint="If the last seven days go on. 100 tells you early that the quota will not last."
        error={errorOf(errors, 'forecastPercents')}
      />
      <SelectField
        label="E-mail"
        name="email"
        defaultValue={alerts.email ? 'yes' : 'no'}
        options={[
          { value: 'yes', label: `To ${me.email}` },
          { value: 'no', label: 'None; the portal shows it' },
        ]}
      />
    </FormDialog>
  );
}

const percentsField = {
  autoComplete: 'off',
  inputMode: 'text',
  placeholder: '80, 100',
  pattern: String.raw`\s*(\d{1,4}\s*%?\s*(,\s*\d{1,4}\s*%?\s*)*)?`,
  title: 'Whole numbers with commas between them',
} as const;

function percentsIn(text: string): number[] {
  return [...text.matchAll(/\d+/g)].map(([digits]) => Number(digits));
}

/** What is wrong with a list, or with the first of its entries that is. */
function errorOf(errors: Readonly<Record<string, string>>, field: string): string | undefined {
  return Object.entries(errors).find(
    ([path]) => path === field || path.startsWith(`${field}.`),
  )?.[1];
}
