# One image for the API (its default), the notifier and the migrations:
#   node cmd/api/main.ts · node cmd/notifier/main.ts · node cmd/migrate/main.ts up

FROM node:24-slim AS base
WORKDIR /app
# The image brings Node 24 itself, so npm's own copy of it is left out.
COPY package.json package-lock.json .npmrc ./

# The web app, built with everything that building needs; only web/dist leaves this stage.
FROM base AS web
RUN npm ci --ignore-scripts --loglevel=error
COPY api/contract api/contract
COPY api/domain api/domain
COPY web web
RUN npm run build

# What the servers need at run time: no compiler, no test tool, no embedded database.
FROM base AS production
RUN npm ci --omit=dev --omit=optional --ignore-scripts --loglevel=error && npm cache clean --force

FROM node:24-slim
LABEL org.opencontainers.image.title="Tidings" \
      org.opencontainers.image.description="Self-hostable event scheduling: guests, reminders and messages that arrive once." \
      org.opencontainers.image.licenses="AGPL-3.0-only"
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
COPY --from=production /app/node_modules node_modules
COPY package.json LICENSE ./
COPY api api
COPY db/migrations db/migrations
COPY cmd cmd
COPY --from=web /app/web/dist web/dist
# The files belong to root and are read only: whoever breaks in can't change what runs next.
USER node
EXPOSE 3000
# SIGTERM is what both servers wait for. The notifier then takes up to 25 seconds for what is on the wire.
STOPSIGNAL SIGTERM
# Alive, not ready: a database that is away must not make Docker restart a healthy API. The notifier, which does not listen, has its own in the compose file.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "cmd/api/main.ts"]
