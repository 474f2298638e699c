/**
 * Whether the host of a URL is this machine or in a private network, where http:// is as good as https://: loopback and private
 * addresses (RFC 1918; RFC 4193), names without a dot, and names under `localhost` (RFC 6761), `local`, `internal`.
 */
export const isNearby = (url: string): boolean => nearby.some((pattern) => pattern.test(new URL(url).hostname))

const nearby = [
  /^127\.\d+\.\d+\.\d+$/u,
  /^10\.\d+\.\d+\.\d+$/u,
  /^172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+$/u,
  /^192\.168\.\d+\.\d+$/u,
  /^\[(?:::1|f[cd][\da-f]{2}:.*)\]$/u,
  /^[a-z\d_-]+$/u,
  /\.(?:localhost|local|internal)$/u
]
