import { Type, type Static } from 'typebox'

/** What a host has decided for all their events. Messages that have fired keep what was decided then. */
export const AccountSettings = Type.Object(
  {
    trackOpens: Type.Boolean({ description: 'Mails end with a picture that says when they are opened' }),
    trackClicks: Type.Boolean({ description: 'Links that the host wrote lead through our address first' }),
  },
  { $id: 'AccountSettings' },
)
export type AccountSettings = Static<typeof AccountSettings>

export const AccountSettingsChange = Type.Object(
  { trackOpens: Type.Optional(Type.Boolean()), trackClicks: Type.Optional(Type.Boolean()) },
  { $id: 'AccountSettingsChange', additionalProperties: false },
)
export type AccountSettingsChange = Static<typeof AccountSettingsChange>
