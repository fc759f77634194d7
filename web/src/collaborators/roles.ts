import type { Role } from '../api/routes.ts'

/** What each may do, in a line: the same words in the menu and in the list. */
export const roleOptions: readonly { value: Role; label: string; help: string }[] = [
  { value: 'owner', label: 'Owner', help: 'Everything, and who takes part' },
  { value: 'editor', label: 'Editor', help: 'Guests, messages and the event itself' },
  { value: 'viewer', label: 'Viewer', help: 'Looks, and changes nothing' },
]

export const roleLabel = (role: Role) => roleOptions.find(({ value }) => value === role)?.label ?? role
