# syntax=docker/dockerfile:1

# Two images: `--target api` is the control plane with the web app, `--target proxy` the data plane.
# Older Node 24 has a flaw in its Brotli decoder (CVE-2026-111497): 24.22.1 is the oldest to run in production.
ARG NODE_IMAGE=node:24.22.1-bookworm-slim

FROM ${NODE_IMAGE} AS workspace
RUN npm install --global pnpm@12.21.0
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml tsconfig.base.json ./

FROM workspace AS web
COPY packages/contract packages/contract
COPY packages/ui packages/ui
COPY apps/web apps/web
RUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install --frozen-lockfile --filter @apigate/web...
RUN pnpm --filter @apigate/web build

# Node strips no types below node_modules, so the sources stay in the layout of the workspace.
# Without optional packages, which are the embedded PostgreSQL: an image is given a DATABASE_URL.
FROM workspace AS server
COPY packages/config packages/config
COPY packages/contract packages/contract
COPY packages/domain packages/domain
COPY packages/local packages/local
COPY packages/operations packages/operations
COPY packages/sdk packages/sdk
COPY apps/api apps/api
COPY apps/cli apps/cli
COPY apps/proxy apps/proxy
RUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install --frozen-lockfile --prod --no-optional

FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production APIGATE_HOST=0.0.0.0 APIGATE_DATA_DIR=/var/lib/apigate/data
# A volume goes here, for usage that waits for the database; whoever runs the image can make a folder in it.
WORKDIR /var/lib/apigate
RUN chmod 1777 .
WORKDIR /app
COPY --from=server /app ./
USER node
ENTRYPOINT ["node", "apps/cli/src/main.ts"]

FROM runtime AS proxy
EXPOSE 8000
CMD ["serve", "--only", "proxy"]

FROM runtime AS api
COPY --from=web /app/apps/web/dist apps/web/dist
EXPOSE 8080
CMD ["serve", "--only", "api"]
