import { Command } from 'commander';
import { addAlerts } from './commands/alerts.ts';
import { addAnalytics } from './commands/analytics.ts';
import { addAudit } from './commands/audit.ts';
import { addCompletion } from './commands/completion.ts';
import { addInvites } from './commands/invites.ts';
import { addKeys } from './commands/keys.ts';
import { addLogin } from './commands/login.ts';
import { addLogout } from './commands/logout.ts';
import { addMails } from './commands/mails.ts';
import { addPlans } from './commands/plans.ts';
import { addReference } from './commands/reference.ts';
import { addRoutes } from './commands/routes.ts';
import { addSearch } from './commands/search.ts';
import { addServe } from './commands/serve.ts';
import { addServiceKeys } from './commands/service-keys.ts';
import { addSessions } from './commands/sessions.ts';
import { addSettings } from './commands/settings.ts';
import { addUpstreams } from './commands/upstreams.ts';
import { addUsage } from './commands/usage.ts';
import { addUsers } from './commands/users.ts';
import { addVersion } from './commands/version.ts';
import { addWhoami } from './commands/whoami.ts';
import { addGlobalOptions } from './global-options.ts';
import { helpOfExamples } from './verb.ts';
import { version } from './version.ts';

/** The command `apigate` with all that it can do. It throws where commander would end the process. */
export function createProgram(): Command {
  const program = new Command('apigate')
    .description('Keys, plans, limits and metering in front of an API')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .addHelpText(
      'after',
      helpOfExamples([
        'apigate serve',
        'apigate users create --email customer@example.com --plan free',
        'apigate keys create --user customer@example.com --name production',
        'apigate usage show customer@example.com',
      ]),
    );

  addGlobalOptions(program);
  program.commandsGroup('Gateway:');
  addServe(program);
  for (const add of [
    addUsers,
    addPlans,
    addKeys,
    addUpstreams,
    addRoutes,
    addReference,
    addUsage,
    addAlerts,
    addAnalytics,
    addSearch,
  ])
    add(program);
  program.commandsGroup('Installation:');
  for (const add of [addSettings, addServiceKeys, addInvites, addSessions, addMails, addAudit])
    add(program);
  program.commandsGroup('You:');
  for (const add of [addLogin, addLogout, addWhoami, addVersion, addCompletion]) add(program);
  return program;
}
