import type { Routes } from './deps.ts'
import { openapiRoutes } from './openapi.ts'
import { authRoutes } from './routes/auth.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'

/** All routes, one file each. A new file of routes is one line here. */
export const routes: readonly Routes[] = [healthRoutes, openapiRoutes, authRoutes, eventRoutes]
