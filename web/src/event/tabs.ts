/** The tabs of an event, in the order in which they stand. */
export const eventTabs = [
  { key: 'overview', label: 'Overview' },
  { key: 'guests', label: 'Guests' },
  { key: 'collaborators', label: 'Collaborators' },
  { key: 'communications', label: 'Communications' },
  { key: 'branding', label: 'Branding' },
] as const
