// expect http://six.example/ -> PROXY [2001:db8::8]:3128
// expect http://four.example/ -> PROXY four:1
// expect http://[2001:db8::1]/ -> PROXY literal:1
// expect http://none.example/ -> DIRECT
// Microsoft's functions for IPv6; the tests' DNS knows six.example (2001:db8:0:6::1) and four.example (198.51.100.4).
function FindProxyForURL(url, host) {
  if (host == "2001:db8::1") return isInNetEx(host, "2001:db8::/32") ? "PROXY literal:1" : "DIRECT";
  if (!isResolvableEx(host)) return "DIRECT";
  var all = dnsResolveEx(host).split(";");
  if (isInNetEx(all[0], "2001:db8::/33") && sortIpAddressList("10.0.0.2;::1;10.0.0.1") == "::1;10.0.0.1;10.0.0.2")
    return "PROXY [2001:db8::8]:3128";
  if (isInNetEx(host, "198.51.100.0/24") && !isInNetEx(host, "198.51.100.128/25")) return "PROXY four:1";
  return "SOCKS nobody:1";
}
