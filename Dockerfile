# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
COPY routes ./routes
COPY scorers ./scorers
COPY test ./test
COPY bench ./bench
RUN npm run build && npm prune --omit=dev \
    && find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 -type d -not -name linux -exec rm -rf {} + \
    && rm -rf dist/test dist/bench

FROM node:24-bookworm-slim
LABEL org.opencontainers.image.title="Qualm" \
      org.opencontainers.image.description="Says how far an LLM answer can be trusted, and what to do about it" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    QUALM_HOST=0.0.0.0 \
    QUALM_DATA_DIR=/data
WORKDIR /app
RUN install -d -o 1000 -g 1000 /data
COPY --from=build --chown=1000:1000 /app/package.json ./
COPY --from=build --chown=1000:1000 /app/node_modules ./node_modules
COPY --from=build --chown=1000:1000 /app/dist ./dist
COPY --chown=1000:1000 openapi.yaml ./
COPY --chown=1000:1000 reference ./reference
COPY --chown=1000:1000 models ./models
USER 1000:1000
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["node","dist/src/server.js","--healthcheck"]
CMD ["node", "--enable-source-maps", "dist/src/server.js"]
