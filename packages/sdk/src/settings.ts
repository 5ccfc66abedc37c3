import { type Listing, wholeListing } from './listing.ts';
import type { Transport } from './transport.ts';
import type { SetSettingInput, SettingView } from './types.ts';

/** How this installation behaves, by the names of the settings. Secret values are never told. */
export function settingsApi(transport: Transport) {
  return {
    list: (): Listing<SettingView> => wholeListing(() => transport.query('settings.list')),
    get: (name: string): Promise<SettingView> => transport.query('settings.get', { name }),
    /** In force on every proxy within a second. Text stands for what it says: `'true'` for true. */
    set: (name: string, value: SetSettingInput['value']): Promise<SettingView> =>
      transport.mutate('settings.set', { name, value }),
    /** Puts a setting back to its default. */
    unset: (name: string): Promise<SettingView> => transport.mutate('settings.unset', { name }),
  };
}
