// expect https://www.example.com/ -> PROXY p-berlin.example:3128
// expect http://update.example.com/ -> DIRECT
// expect http://other.example/ -> PROXY p-default.example:80
// Which site a machine stands at is told by its address; 10.1.x.x is Berlin in the tests.
var sites = [
  { net: '10.1.0.0',  mask: '255.255.0.0', name: 'berlin' },
  { net: '10.2.0.0',  mask: '255.255.0.0', name: 'porto'  },
];

function siteOf(address) {
  for (var i in sites) {
    if (isInNet(address, sites[i].net, sites[i].mask)) { return sites[i].name }
  }
  return null
}

function FindProxyForURL(url, host) {
  host = host.toLowerCase()
  var site = siteOf(myIpAddress()), levels = dnsDomainLevels(host)
  switch (host) {
    case 'update.example.com':
    case 'mirror.example.com':
      return 'DIRECT'
    default:
      if (levels > 1 && site) break
      return 'HTTP p-default.example'
  }
  return 'PROXY p-' + site + '.example:3128'
}
