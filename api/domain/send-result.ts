/** What became of handing one mail to a provider. `reply` is the provider's own answer, kept for whoever asks why. */
export type SendResult =
  | { kind: 'accepted'; providerMessageId: string; reply?: string }
  | { kind: 'rejected'; reason: string; reply?: string } // permanent, and this recipient's alone
  | { kind: 'misconfigured'; reason: string; reply?: string } // permanent for everybody: pause the message, burn no recipient
  | { kind: 'throttled' | 'overQuota' | 'tryLater'; reason: string; afterMs: number; reply?: string } // surely not accepted
  | { kind: 'unknown'; reason: string; reply?: string } // the line died after we spoke: never resend blindly
