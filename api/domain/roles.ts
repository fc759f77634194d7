/** What a person may do with an event, the most first. */
export const roles = ['owner', 'editor', 'viewer'] as const
export type Role = (typeof roles)[number]

export const roleLabels: Record<Role, string> = { owner: 'Owner', editor: 'Editor', viewer: 'Viewer' }

/** An owner may do what an editor may, and an editor what a viewer may. */
export function atLeast(role: Role, needed: Role): boolean {
  return roles.indexOf(role) <= roles.indexOf(needed)
}
