# The whole image is one static binary. Build: docker build -t fauxforce .
FROM rust:1.95-alpine AS build
RUN apk add --no-cache build-base
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin fauxforce && sh release/rootfs /rootfs target/release/fauxforce

FROM scratch
COPY --from=build /rootfs /
USER 65532:65532
ENV FAUXFORCE_HOST=0.0.0.0 FAUXFORCE_CA_DIR=/data
VOLUME /data
# 7332 speaks HTTP and HTTPS, and is a proxy; the others are for worlds that are made later.
EXPOSE 7332 7400-7499
HEALTHCHECK --interval=2s --timeout=2s --start-period=5s CMD ["/fauxforce", "health"]
ENTRYPOINT ["/fauxforce"]
CMD ["serve", "--world-ports", "7400-7499"]
