import type { RouteRecordRaw } from 'vue-router'

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
