/** What is known of whoever fetched the picture of a mail or followed its link. What is not known is left out, and accuses nobody. */
export type Visitor = {
  userAgent?: string
  ip?: string
  method?: string
}

type Rule = { reason: string; fits: (visitor: Visitor) => boolean }

/** A longer name is no browser's, and is not read further. */
const userAgentMax = 1000

const names = (pattern: RegExp) => (visitor: Visitor) => pattern.test(visitor.userAgent?.slice(0, userAgentMax) ?? '')

/** In the order in which they are tried. The first that fits gives the reason. */
const rules: readonly Rule[] = [
  { reason: 'Only looked whether it is there (HEAD)', fits: ({ method }) => method?.toUpperCase() === 'HEAD' },
  { reason: 'Gmail’s image proxy', fits: names(/GoogleImageProxy/i) },
  { reason: 'Yahoo’s image proxy', fits: names(/YahooMailProxy/i) },
  // Apple fetches every picture of every mail, read or not, and says no more of itself than this.
  { reason: 'Apple Mail’s privacy protection', fits: names(/^\s*Mozilla\/5\.0\s*$/) },
  { reason: 'Barracuda’s mail scanner', fits: names(/Barracuda/i) },
  { reason: 'Proofpoint’s mail scanner', fits: names(/Proofpoint|PPServer/i) },
  { reason: 'Mimecast’s mail scanner', fits: names(/Mimecast/i) },
  {
    reason: 'Microsoft’s mail scanner',
    fits: (visitor) =>
      names(/SafeLinks|Microsoft Defender|MSOffice.*Discovery|Office.*Discovery/i)(visitor) ||
      isMicrosoftGateway(visitor.ip),
  },
  { reason: 'Cisco’s mail scanner', fits: names(/IronPort|Cisco.?(Secure|ESA|Talos)/i) },
  { reason: 'Symantec’s mail scanner', fits: names(/Symantec|MessageLabs/i) },
  { reason: 'Trend Micro’s mail scanner', fits: names(/Trend.?Micro/i) },
  { reason: 'Sophos’ mail scanner', fits: names(/Sophos/i) },
  {
    reason: 'A mail scanner',
    fits: names(
      /FireEye|Trellix|Forcepoint|Websense|Zscaler|FortiGuard|Fortinet|Avanan|Checkpoint|Cloudmark|Hornetsecurity|\bVade\b/i,
    ),
  },
  {
    reason: 'A link preview',
    fits: names(
      /BingPreview|SkypeUriPreview|facebookexternalhit|Slackbot|TelegramBot|Twitterbot|LinkedInBot|Discordbot|^WhatsApp\//i,
    ),
  },
  {
    reason: 'A program, and no browser',
    fits: names(
      /\b(bot|crawler|spider|scanner)\b|bot\/|PhantomJS|^(curl|wget|python|Go-http-client|Java|libwww|Apache-HttpClient)\b/i,
    ),
  },
]

/**
 * Why an open or a click was a machine's and no person's, in words; undefined when it was a person's, or nobody can tell. Names decide, and
 * not how soon it came: in one log of 836 visits of scanners a rule of 20 s would have caught 3 %.
 */
export function machineReason(visitor: Visitor): string | undefined {
  return rules.find(({ fits }) => fits(visitor))?.reason
}

/** Where Exchange Online's own mail servers stand, as Microsoft publishes it: 40.92.0.0/15, 40.107.0.0/16, 52.100.0.0/14, 104.47.0.0/17. */
function isMicrosoftGateway(ip: string | undefined): boolean {
  const [, first, second, third] = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/i.exec(ip ?? '') ?? []
  const [a, b, c] = [Number(first), Number(second), Number(third)]
  if (a === 40) return b === 92 || b === 93 || b === 107
  if (a === 52) return b >= 100 && b <= 103
  return a === 104 && b === 47 && c < 128
}
