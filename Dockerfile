# The staged folder in a container, for anywhere but Databricks Apps: `node tools/deploy/stage.mjs && docker build -t lakescope .`
# What it needs is in docs/deployment.md. The Node is that of Databricks Apps; DuckDB's library needs glibc, so no Alpine.
FROM node:22.16.0-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

# The packages first: a change of our own code leaves this layer as it is.
COPY dist/staged/package.json dist/staged/package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund --loglevel=error
COPY dist/staged/ ./

# Nothing in /app is the app's to change; what it caches lies in /tmp.
USER node
ENV DATABRICKS_APP_PORT=8000
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.DATABRICKS_APP_PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]

# No shell in between: SIGTERM reaches the server, which ends by itself within 11 s (`docker stop -t 15`).
CMD ["node", "--max-semi-space-size=8", "dist/apps/api/main.js"]
