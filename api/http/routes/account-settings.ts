import { AccountSettings, AccountSettingsChange } from '../../contract/account.ts'
import { changeHostSettings, findHostSettings } from '../../storage/host-settings.ts'
import { answers } from '../answers.ts'
import type { Routes } from '../deps.ts'
import { operation } from '../operation.ts'

const path = '/api/v1/account/settings'
const config = { access: 'signedIn' } as const
const tags = ['account']

/** One's own settings, which hold for every event that one hosts. A collaborator's are not asked. */
export const accountSettingsRoutes: Routes = (app, { database: { db } }) => {
  app.get(
    path,
    {
      config,
      schema: {
        ...operation('getAccountSettings', 'Read your own settings'),
        tags,
        response: answers(200, AccountSettings),
      },
    },
    async ({ person }) => findHostSettings(db, person.id),
  )

  app.patch(
    path,
    {
      config,
      schema: {
        ...operation('changeAccountSettings', 'Change your own settings'),
        tags,
        body: AccountSettingsChange,
        response: answers(200, AccountSettings),
      },
    },
    async ({ person, body }) => changeHostSettings(db, person.id, body),
  )
}
