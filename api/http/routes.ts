import type { Routes } from './deps.ts'
import { openapiRoutes } from './openapi.ts'
import { accountSettingsRoutes } from './routes/account-settings.ts'
import { authRoutes } from './routes/auth.ts'
import { collaboratorRoutes } from './routes/collaborators.ts'
import { figureRoutes } from './routes/figures.ts'
import { guestSuppressionRoutes } from './routes/guest-suppression.ts'
import { guestFileRoutes } from './routes/guest-files.ts'
import { guestPageRoutes } from './routes/guest-pages.ts'
import { listRoutes } from './routes/lists.ts'
import { preferenceRoutes } from './routes/preferences.ts'
import { rsvpRoutes } from './routes/rsvp.ts'
import { guestRoutes } from './routes/guests.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { channelRoutes } from './routes/channels.ts'
import { deliveryRoutes } from './routes/deliveries.ts'
import { messageAudienceRoutes } from './routes/message-audience.ts'
import { messagePreviewRoutes } from './routes/message-preview.ts'
import { messageRoutes } from './routes/messages.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { metricsStreamRoutes } from './routes/metrics-stream.ts'
import { realtimeRoutes } from './routes/realtime.ts'
import { resendRoutes } from './routes/resend.ts'
import { operatorBackfillRoutes } from './routes/operator-backfill.ts'
import { operatorConnectionRoutes } from './routes/operator-connections.ts'
import { operatorHealthRoutes } from './routes/operator-health.ts'
import { operatorProviderRoutes } from './routes/operator-providers.ts'
import { operatorProviderTestRoutes } from './routes/operator-provider-test.ts'
import { operatorWebhookRoutes } from './routes/operator-webhooks.ts'
import { sendingRoutes } from './routes/sending.ts'
import { skipRoutes } from './routes/skips.ts'
import { testSendRoutes } from './routes/test-send.ts'
import { trackingRoutes } from './routes/tracking.ts'
import { webhookRoutes } from './routes/webhooks.ts'

/** All routes, one file each. A new file of routes is one line here. */
export const routes: readonly Routes[] = [
  healthRoutes,
  openapiRoutes,
  authRoutes,
  accountSettingsRoutes,
  eventRoutes,
  collaboratorRoutes,
  guestRoutes,
  guestSuppressionRoutes,
  guestFileRoutes,
  rsvpRoutes,
  listRoutes,
  guestPageRoutes,
  preferenceRoutes,
  channelRoutes,
  deliveryRoutes,
  messageAudienceRoutes,
  messagePreviewRoutes,
  messageRoutes,
  resendRoutes,
  figureRoutes,
  skipRoutes,
  testSendRoutes,
  sendingRoutes,
  trackingRoutes,
  metricsRoutes,
  metricsStreamRoutes,
  realtimeRoutes,
  operatorProviderRoutes,
  operatorProviderTestRoutes,
  operatorHealthRoutes,
  operatorWebhookRoutes,
  operatorConnectionRoutes,
  operatorBackfillRoutes,
  webhookRoutes,
]
