import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { FrequencyCap } from '../domain/frequency-cap.ts'
import type { Mailbox } from '../domain/mail.ts'
import type { Database } from '../storage/database.ts'
import type { Transport } from '../providers/provider.ts'
import type { Hub } from '../realtime/hub.ts'
import type { PickedProvider, ProviderSetup } from '../providers/providers.ts'
import type { ResolveTxt } from '../providers/sender-domain.ts'
import type { Webhooks } from '../providers/webhooks.ts'
import type { Reading } from '../providers/webhook.ts'
import type { LinkSigner } from '../content/tokens.ts'
import type { AccountMail } from './account-mail.ts'
import type { Auth } from './auth/auth.ts'
import type { Cursors } from './cursor.ts'

export type AppConfig = {
  /** Where people reach us, without a slash at the end. Links are made of it and never of a request's Host header. */
  publicUrl: string
  /** Other origins whose pages may call the API with a person's cookie. */
  corsOrigins: readonly string[]
  operatorEmails: readonly string[]
  secretKey: string
  /** The key before the last rotation: links signed with it still open. */
  secretKeyPrevious?: string
  /** What decides whether reports of mails come back to us; compared with what the notifiers have. */
  bounceAddress?: string
  configurationSet?: string
  undoWindowMs: number
  /** Mails that one host may send in seven days; 0 = no limit. */
  hostWeeklyLimit: number
  /** How often one address is mailed by one host at most; the notifiers have the same. */
  frequencyCap?: FrequencyCap
  requireVerifiedEmail: boolean
  /** Per account. */
  apiRatePerMinute: number
  from: Mailbox
  secureCookies: boolean
}

/** The provider that the picker chose; it knows by now where its log goes. */
type AppProvider = Omit<PickedProvider, 'open'> & { open(): Transport }

/** What became of a report, or of a request that held none. */
export type WebhookOutcome = 'stored' | 'duplicate' | 'foreign' | Exclude<Reading['kind'], 'reports'>
export type CountWebhook = (provider: string, outcome: WebhookOutcome, reports: number) => void

/** What a process hands to `buildApp`. */
export type AppDeps = {
  database: Database
  config: AppConfig
  provider: AppProvider
  /** How each provider is configured, for the operator. */
  providerSetups?: readonly ProviderSetup[]
  /** Looks up records of the sender's domain; the system's own resolver unless told. */
  resolveTxt?: ResolveTxt
  logger: FastifyBaseLogger | false
  now: () => Date
  /** Who is watching. The app ends its connections when it is closed. */
  hub: Hub
  /** Whose reports are believed; without any, nobody's. */
  webhooks?: { readers: Webhooks; count?: CountWebhook }
  /** The built web app; without it only the API and the guest pages answer. */
  webRoot?: string
}

/** What routes work with: the process's things, and those that the app makes of them. */
export type Deps = AppDeps & { auth: Auth; accountMail: AccountMail; cursors: Cursors; links: LinkSigner }

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** A file of routes. It is called once, in the order of `routes.ts`. */
export type Routes = (app: App, deps: Deps) => void
