import type { RouteLocationNormalized } from 'vue-router'

/** Where somebody wanted to go before signing in. Only our own paths: "//elsewhere.example" must not lead away. */
export function placeAfterSignIn(route: Pick<RouteLocationNormalized, 'query'>): string {
  const next = route.query.next
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/events'
}
