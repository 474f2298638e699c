# syntax=docker/dockerfile:1

# Node 24.21.0 on Debian 13, by the digest of its multi-platform index.
FROM node:24.21.0-trixie-slim@sha256:8ec5d7557396cfe32d21c3f9c13072355ceab22b584578ca4bb28af31120cffe AS base
WORKDIR /app

# Compiles, and unpacks what `npm pack` would publish into /app/package.
FROM base AS build
COPY package.json package-lock.json .npmrc ./
COPY src/deploy/node src/deploy/node
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json README.md ./
COPY src src
RUN npm run build && npm pack --ignore-scripts && tar -xzf user-update-service-*.tgz

# What the service needs at run time, and nothing else.
FROM base AS dependencies
COPY package.json package-lock.json .npmrc ./
COPY src/deploy/node src/deploy/node
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM base AS runtime
ENV NODE_ENV=production NODE_OPTIONS=--disable-proto=delete
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/package ./
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]

# The encryption stand-in of docker-compose.yml: for trying out, never for users' data.
FROM runtime AS encryption-stand-in
COPY --from=build /app/dist/local dist/local
ENV PORT=4005
EXPOSE 4005
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD ["node", "dist/health.js", "/?wsdl"]
CMD ["dist/local/encryptionStandIn.js"]

FROM runtime AS service
EXPOSE 4003 4008
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD ["node", "dist/health.js", "/health/live"]
CMD ["dist/main.js"]
