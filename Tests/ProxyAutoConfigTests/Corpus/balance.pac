// expect http://a.example/ -> PROXY p1.example:8080; PROXY p2.example:8080; PROXY p0.example:8080
// expect http://b.example/ -> PROXY p0.example:8080; PROXY p1.example:8080; PROXY p2.example:8080
// Spreads hosts over proxies by a sum of their letters, and rotates the list.
function FindProxyForURL(url, host)
{
  var proxies = new Array("p0", "p1", "p2"), sum = 0, out = [];
  for (var i = 0; i < host.length; ++i) sum += host.charCodeAt(i) & 0xff;
  var first = sum % proxies.length;
  if (first == 2) first = 0; else if (first == 0) first = 1; else first = 0;
  var i = 0;
  do {
    out[out.length] = "PROXY " + proxies[(first + i) % proxies.length] + ".example:" + (1 << 3) * 1010
  } while (++i < 3)
  return out.join("; ");
}
