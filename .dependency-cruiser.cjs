/**
 * The ladder: a file imports from its own folder or from a lower rank; never sideways, never up.
 * And each of these libraries has one home.
 */
const ranks = [
  ['domain', '^api/domain/'],
  ['contract', '^api/contract/'],
  ['content', '^api/content/'],
  ['providers', '^api/providers/'],
  ['storage', '^api/storage/'],
  ['realtime', '^api/realtime/'],
  ['http', '^api/http/'],
  ['cmd', '^cmd/'],
]
const rankOf = { domain: 0, contract: 1, content: 1, providers: 1, storage: 2, realtime: 3, http: 4, cmd: 5 }

const ladder = ranks.map(([name, path]) => {
  const forbidden = ranks.filter(([other]) => other !== name && rankOf[other] >= rankOf[name]).map(([, p]) => p)
  return {
    name: `ladder-${name}`,
    comment: `${name} (rank ${rankOf[name]}) imports from its own folder or from a lower rank.`,
    severity: 'error',
    from: { path, pathNot: '\\.test\\.ts$' },
    to: { path: [...forbidden, '^web/', '^test/', '^e2e/', '^bench/', ...(name === 'cmd' ? [] : ['^cmd/', '^db/'])] },
  }
})

const homes = [
  ['fastify', '^node_modules/(@?fastify|@?better-auth)/', '^api/http/'],
  ['kysely', '^node_modules/kysely/', '^api/storage/'],
  ['resend', '^node_modules/resend/', '^api/providers/resend\\.ts$'],
  ['nodemailer', '^node_modules/nodemailer/', '^api/providers/smtp'],
  ['ses', '^node_modules/@aws-sdk/', '^api/providers/ses(-library)?\\.ts$'],
]

module.exports = {
  forbidden: [
    ...ladder,
    ...homes.map(([name, path, home]) => ({
      name: `home-of-${name}`,
      comment: `${name} is known in ${home} only.`,
      severity: 'error',
      from: { path: '^(api|cmd|web)/', pathNot: [home, '\\.test\\.ts$'] },
      to: { path },
    })),
    {
      name: 'home-of-pg',
      comment: 'pg is known in storage and realtime only.',
      severity: 'error',
      from: { path: '^(api|cmd|web)/', pathNot: ['^api/(storage|realtime)/', '^cmd/(migrate|demo)/', '\\.test\\.ts$'] },
      to: { path: '^node_modules/pg/' },
    },
    {
      name: 'commands-stand-alone',
      comment: 'A command imports its own folder and what all commands share in cmd/ itself, never another command.',
      severity: 'error',
      from: { path: '^cmd/([^/]+)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^cmd/[^/]+/', pathNot: ['^cmd/$1/', '^cmd/environment/'] },
    },
    {
      name: 'web-knows-the-contract-only',
      severity: 'error',
      from: { path: '^web/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(api/(?!contract/)|cmd|db|test|e2e|bench)/?' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['schema\\.gen\\.ts$', 'web/dist'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
