import type { RouteRecordRaw } from 'vue-router'

/** The tabs of an event, in the order in which they stand. */
export const eventTabs = [
  { key: 'overview', label: 'Overview' },
  { key: 'guests', label: 'Guests' },
  { key: 'collaborators', label: 'Collaborators' },
  { key: 'communications', label: 'Communications' },
  { key: 'branding', label: 'Branding' },
] as const

export const eventRoutes: RouteRecordRaw[] = [
  {
    path: '/events/:eventId/guests/import',
    name: 'import-guests',
    meta: { title: 'Import guests', wholePage: true },
    component: () => import('../guests/import/ImportPage.vue'),
  },
  {
    path: '/events/:eventId',
    component: () => import('./EventLayout.vue'),
    children: [
      { path: '', name: 'overview', component: () => import('../overview/OverviewPage.vue') },
      { path: 'guests', name: 'guests', component: () => import('../guests/GuestsPage.vue') },
      {
        path: 'collaborators',
        name: 'collaborators',
        component: () => import('../collaborators/CollaboratorsPage.vue'),
      },
      {
        path: 'communications/:messageId?',
        name: 'communications',
        component: () => import('../communications/CommunicationsPage.vue'),
      },
      { path: 'branding', name: 'branding', component: () => import('../branding/BrandingPage.vue') },
    ],
  },
]
