import { createRouter, createWebHistory, type RouterHistory } from 'vue-router'
import { eventRoutes } from './event/routes.ts'
import EventsPage from './events/EventsPage.vue'
import { placeAfterSignIn } from './places.ts'
import type { useSession } from './stores/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    title?: string
    /** For people who are not signed in. */
    open?: boolean
    /** Sign-in and the like: no bar on top, and nothing for whoever is signed in. */
    bare?: boolean
    /** A task of its own, with its own bar. */
    wholePage?: boolean
  }
}

const door = { open: true, bare: true }

const routes = [
  { path: '/', redirect: { name: 'events' } },
  {
    path: '/sign-in',
    name: 'sign-in',
    meta: { ...door, title: 'Sign in' },
    component: () => import('./session/SignInPage.vue'),
  },
  {
    path: '/sign-up',
    name: 'sign-up',
    meta: { ...door, title: 'Create an account' },
    component: () => import('./session/SignUpPage.vue'),
  },
  {
    path: '/forgot-password',
    name: 'forgot-password',
    meta: { ...door, title: 'Forgotten password' },
    component: () => import('./session/ForgotPasswordPage.vue'),
  },
  {
    path: '/reset-password',
    name: 'reset-password',
    meta: { ...door, title: 'New password' },
    component: () => import('./session/ResetPasswordPage.vue'),
  },
  {
    path: '/verify-email',
    name: 'verify-email',
    meta: { open: true, title: 'Confirm your address' },
    component: () => import('./session/VerifyEmailPage.vue'),
  },
  { path: '/events', name: 'events', meta: { title: 'Your events' }, component: EventsPage },
  {
    path: '/events/new',
    name: 'new-event',
    meta: { title: 'New event' },
    component: () => import('./events/NewEventPage.vue'),
  },
  ...eventRoutes,
  {
    path: '/account',
    name: 'account',
    meta: { title: 'Account' },
    component: () => import('./account/AccountPage.vue'),
  },
  {
    path: '/operator',
    name: 'operator',
    meta: { title: 'Operator' },
    component: () => import('./operator/OperatorPage.vue'),
  },
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    meta: { open: true, title: 'Not found' },
    component: () => import('./shell/NotFoundPage.vue'),
  },
]

export function makeRouter(session: ReturnType<typeof useSession>, history: RouterHistory = createWebHistory()) {
  const router = createRouter({
    history,
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  })
  router.beforeEach(async (to) => {
    // Without an answer we go on: the page's own call will say what is wrong, and offer to try again.
    await session.ensure().catch(() => {})
    if (to.meta.bare && session.signedIn && to.name !== 'reset-password') return placeAfterSignIn(to)
    if (!to.meta.open && session.known && !session.signedIn) return { name: 'sign-in', query: { next: to.fullPath } }
    return true
  })
  router.afterEach((to) => {
    document.title = to.meta.title ? `${to.meta.title} · Tidings` : 'Tidings'
  })
  return router
}
