/** What became of handing one mail to a provider. `reply` is the provider's own answer, kept for whoever asks why. */
export type SendResult =
  | { kind: 'accepted'; providerMessageId: string; reply?: string }
  | { kind: 'rejected'; reason: string; reply?: string; badAddress?: boolean } // permanent, and this recipient's alone; badAddress: nobody lives there, worth suppressing
  | { kind: 'misconfigured'; reason: string; reply?: string; doubtful?: boolean } // permanent for everybody: pause the message, burn no recipient; doubtful: it came when the recipient was named, so that one guest's own server may have said it
  | { kind: 'throttled' | 'overQuota' | 'tryLater'; reason: string; afterMs: number; reply?: string } // surely not accepted
  | { kind: 'split'; reason: string; reply?: string } // a batch refused as a whole because of some of its mails, surely none accepted: send them one by one
  | { kind: 'unknown'; reason: string; reply?: string; conflict?: boolean } // the line died after we spoke: never resend blindly; conflict: the provider knows the key with other bytes, so a replay tells nothing new and somebody should hear of it
