import { roleLabels, type Role } from '../roles.ts'
import type { RefusalKind } from './refusal.ts'

export const roleNeeded: RefusalKind<{ needed: Role; owner: string }> = {
  key: 'roleNeeded',
  status: 403,
  type: 'role-needed',
  title: 'Your role does not allow this',
  detail: ({ needed, owner }) =>
    `This needs the role ${roleLabels[needed].toLowerCase()}. Ask ${owner}, who owns this event.`,
}
